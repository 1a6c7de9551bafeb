-- When some draws were drawn, and by which day their samples are scored.
--
-- Reads: quality_draws, samples
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   draw_codes (text[]): the draws; NULL: those of which samples wait for their score
WITH asked AS (
    SELECT g.draw_code
    FROM unnest(CAST(:draw_codes AS text[])) AS g (draw_code)
    UNION
    SELECT s.draw_code
    FROM samples AS s
    WHERE CAST(:draw_codes AS text[]) IS NULL AND s.state = 'waiting'
)

SELECT
    d.draw_code,
    d.drawn_at,
    d.due_on
FROM quality_draws AS d
INNER JOIN asked AS a ON d.draw_code = a.draw_code
ORDER BY d.draw_code
