-- Milestones and levels counted in the windows of an edition, which no edition has unless they occur.
--
-- Reads: report_counts (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   window_no (int): window of the edition
--   previous_no (int): window before it; NULL: not looked at
SELECT DISTINCT c.figure
FROM report_counts AS c
WHERE
    c.window_no IN (CAST(:window_no AS integer), CAST(:previous_no AS integer))
    AND (starts_with(c.figure, 'on_time.') OR starts_with(c.figure, 'escalations.'))
    AND c.figure <> 'on_time.total'
ORDER BY c.figure
