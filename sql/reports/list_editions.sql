-- The newest edition of each period of a report, previews left out, and the newest its readers had.
--
-- Reads: report_editions
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
SELECT
    e.period,
    e.edition,
    e.period_start,
    e.period_end,
    e.state,
    e.shown_edition,
    e.reason,
    e.requested_by,
    e.digest
FROM report_editions AS e
WHERE e.report = CAST(:report AS text)
ORDER BY e.period_end ASC, e.edition ASC
