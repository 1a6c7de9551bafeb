-- When some draws were drawn, and by which day their samples are scored.
--
-- Reads: quality_draws, samples
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   draw_codes (text[]): the draws; NULL: those of which samples wait for their score
SELECT
    d.draw_code,
    d.drawn_at,
    d.due_on
FROM quality_draws AS d
WHERE
    coalesce(
        d.draw_code = any(CAST(:draw_codes AS text[])),
        EXISTS (
            SELECT 1
            FROM samples AS s
            WHERE s.draw_code = d.draw_code AND s.state = 'waiting'
        )
    )
ORDER BY d.draw_code
