-- Draws with samples that nobody has looked for a reviewer for yet, in the order they were due.
--
-- Reads: samples, quality_draws
-- Writes: nothing
-- Rerun: no rows once all are assigned, or noted as unassigned
--
-- Params: none
SELECT
    d.draw_code,
    d.kind,
    d.section,
    CAST(coalesce(d.explanation ->> 'drawn_on', CAST(CAST(d.frame_to AT TIME ZONE 'Asia/Shanghai' AS date) AS text)) AS date)
        AS drawn_on,
    d.due_on
FROM quality_draws AS d
WHERE
    d.draw_code IN (
        SELECT s.draw_code
        FROM samples AS s
        WHERE s.state = 'waiting' AND s.reviewer IS NULL AND s.unassigned_reason IS NULL
    )
ORDER BY d.frame_to ASC, d.kind DESC, d.draw_code ASC
