-- Editions nobody was told of and that a later one takes the place of: they are kept and not mailed any more.
--
-- Reads: report_editions
-- Writes: report_editions, one row per edition given up
-- Rerun: changes nothing
--
-- Params:
--   report (text): report
--   periods (text[]): periods whose untold editions are given up
UPDATE report_editions AS e
SET
    state = 'not_sent',
    shown_edition = NULL
WHERE
    e.report = CAST(:report AS text)
    AND e.period = any(CAST(:periods AS text[]))
    AND e.state = 'computed'
