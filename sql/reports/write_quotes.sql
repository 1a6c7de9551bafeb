-- Writes the lines an edition quotes.
--
-- Reads: report_lines (temporary)
-- Writes: report_quotes, one row per scope, kind and place of the edition
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
INSERT INTO report_quotes (report, period, edition, scope, kind, place, content)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    l.scope,
    l.kind,
    l.place,
    l.content
FROM report_lines AS l
