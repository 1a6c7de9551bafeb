-- The parts of a scope's figures of an edition.
--
-- Reads: report_breakdowns
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   scope (text): scope
SELECT
    b.kind,
    b.code,
    b.figure,
    b.numerator,
    b.denominator
FROM report_breakdowns AS b
WHERE
    b.report = CAST(:report AS text)
    AND b.period = CAST(:period AS text)
    AND b.edition = CAST(:edition AS integer)
    AND b.scope = CAST(:scope AS text)
ORDER BY b.kind ASC, b.code ASC, b.figure ASC
