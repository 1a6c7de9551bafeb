-- The newest preview of a period that somebody asked for; those of others are theirs.
--
-- Reads: report_editions
-- Writes: nothing
-- Rerun: the same row until there is another preview
--
-- Params:
--   report (text): report
--   period (text): its period
--   login (text): Airflow user who asked
SELECT e.edition
FROM report_editions AS e
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.state = 'preview'
    AND e.requested_by = CAST(:login AS text)
ORDER BY e.edition DESC
LIMIT 1
