-- What a corrected edition changed in a scope, in the report's order.
--
-- Reads: report_changes, report_definitions
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   scope (text): scope
SELECT
    c.figure,
    c.before,
    c.after
FROM report_changes AS c
LEFT JOIN report_definitions AS d
    ON c.report = d.report AND c.period = d.period AND c.edition = d.edition AND c.figure = d.figure
WHERE
    c.report = CAST(:report AS text)
    AND c.period = CAST(:period AS text)
    AND c.edition = CAST(:edition AS integer)
    AND c.scope = CAST(:scope AS text)
ORDER BY d.place ASC NULLS LAST, c.figure ASC
