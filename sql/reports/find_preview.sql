-- The newest preview of a period.
--
-- Reads: report_editions
-- Writes: nothing
-- Rerun: the same row until there is another preview
--
-- Params:
--   report (text): report
--   period (text): its period
SELECT e.edition
FROM report_editions AS e
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.state = 'preview'
ORDER BY e.edition DESC
LIMIT 1
