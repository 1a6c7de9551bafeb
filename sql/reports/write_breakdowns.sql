-- Writes the parts of an edition's figures: by team, department and cause.
--
-- Reads: report_shares (temporary)
-- Writes: report_breakdowns, one row per scope, kind, code and figure of the edition
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
INSERT INTO report_breakdowns (report, period, edition, scope, kind, code, figure, numerator, denominator)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    s.scope,
    s.kind,
    s.code,
    s.figure,
    s.numerator,
    s.denominator
FROM report_shares AS s
