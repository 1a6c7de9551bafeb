-- Editions that are to be mailed, older periods first.
--
-- Reads: report_editions
-- Writes: nothing
-- Rerun: the same rows until they are marked told
--
-- Params:
--   report (text): report
SELECT
    e.period,
    e.edition,
    e.shown_edition
FROM report_editions AS e
WHERE e.report = CAST(:report AS text) AND e.state = 'computed'
ORDER BY e.period_end ASC, e.edition ASC
