-- The edition of a period that is explained: the one asked for, else the newest its readers had at the instant, else the
-- newest there is; previews only when asked for.
--
-- Reads: report_editions, runs
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition; null: see above
--   as_of (timestamptz): editions of periods that end later are not seen, inclusive
SELECT
    e.edition,
    e.state,
    e.shown_edition,
    e.requested_by,
    e.told_at,
    r.run_code
FROM report_editions AS e
LEFT JOIN runs AS r ON e.run_id = r.run_id
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.period_end <= CAST(:as_of AS timestamptz)
    AND (e.edition = CAST(:edition AS integer) OR (CAST(:edition AS integer) IS NULL AND e.state <> 'preview'))
ORDER BY coalesce(e.state = 'told' AND e.told_at <= CAST(:as_of AS timestamptz), FALSE) DESC, e.edition DESC
LIMIT 1
