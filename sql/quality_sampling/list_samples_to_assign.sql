-- Samples of a draw that nobody scores yet, in the order of their lots: by the seed of who scores what.
--
-- Reads: samples, quality_draws, staff
-- Writes: nothing
-- Rerun: no rows once all are assigned
--
-- Params:
--   draw_code (text): draw
--   is_fresh (boolean): those never looked at, or those for whom nobody was found
SELECT
    s.sample_code,
    s.subject_kind,
    s.reason = 'audit' AS is_audit,
    s.staff_code,
    s.team_code,
    a.department,
    CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day
FROM samples AS s
INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
INNER JOIN staff AS a ON s.staff_code = a.staff_code
WHERE
    s.draw_code = CAST(:draw_code AS text)
    AND s.state = 'waiting'
    AND s.reviewer IS NULL
    AND (s.unassigned_reason IS NULL) = CAST(:is_fresh AS boolean)
ORDER BY hashtextextended(s.subject_code, d.double_seed), s.subject_kind, s.subject_code
