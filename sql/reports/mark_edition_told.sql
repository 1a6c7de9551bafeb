-- Marks an edition as mailed.
--
-- Reads: report_editions
-- Writes: report_editions, one row
-- Rerun: changes nothing
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   at (timestamptz): as_of of the run that mails it
UPDATE report_editions AS e
SET
    state = 'told',
    told_at = CAST(:at AS timestamptz)
WHERE
    e.report = CAST(:report AS text)
    AND e.period = CAST(:period AS text)
    AND e.edition = CAST(:edition AS integer)
    AND e.state = 'computed'
