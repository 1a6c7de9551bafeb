-- One edition of a report: who asked for it, which run computed it, whether it was told. A preview only for who asked.
-- Reads: report_editions, runs
-- Writes: nothing (one row, or none)
-- Rerun: reads only
-- Params:
--   report (text): report
--   period (text): its period
--   edition (integer): its edition
--   login (text): Airflow user who looks
SELECT
    e.state AS state,
    e.edition AS edition,
    e.shown_edition AS shown_edition,
    e.requested_by AS requested_by,
    e.told_at AS told_at,
    e.reason AS reason,
    r.run_code AS run_code,
    (
        SELECT max(l.edition)
        FROM report_editions AS l
        WHERE l.report = e.report AND l.period = e.period AND l.state <> 'preview'
    ) AS newest
FROM report_editions AS e
LEFT JOIN runs AS r ON e.run_id = r.run_id
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.edition = CAST(:edition AS integer)
    AND (e.state <> 'preview' OR e.requested_by = CAST(:login AS text))
