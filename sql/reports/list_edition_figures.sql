-- The figures of a scope of an edition with what they mean, in the report's order.
--
-- Reads: report_figures, report_definitions
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   scope (text): scope
SELECT
    f.figure,
    d.subject,
    d.title_zh,
    d.title_en,
    d.unit,
    d.better,
    d.formula_zh,
    d.formula_en,
    d.source,
    f.value AS figure_value,
    f.previous,
    f.target,
    f.numerator,
    f.denominator,
    f.is_provisional
FROM report_figures AS f
INNER JOIN report_definitions AS d
    ON f.report = d.report AND f.period = d.period AND f.edition = d.edition AND f.figure = d.figure
WHERE
    f.report = CAST(:report AS text)
    AND f.period = CAST(:period AS text)
    AND f.edition = CAST(:edition AS integer)
    AND f.scope = CAST(:scope AS text)
ORDER BY d.place
