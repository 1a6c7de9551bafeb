-- An edition of a report.
--
-- Reads: report_editions
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
SELECT
    e.report,
    e.period,
    e.edition,
    e.period_start,
    e.period_end,
    e.as_of,
    e.state,
    e.shown_edition,
    e.reason,
    e.requested_by,
    e.calendar_state,
    coalesce(e.missing_years, '') AS missing_years
FROM report_editions AS e
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.edition = CAST(:edition AS integer)
