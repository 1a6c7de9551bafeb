-- How many figures differ from those of an edition readers had.
--
-- Reads: report_figures, report_sums (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   report (text): report
--   period (text): its period
--   former (int): edition its readers had
SELECT count(*) AS changes
FROM report_sums AS s
FULL OUTER JOIN (
    SELECT
        f.scope,
        f.figure,
        f.value AS figure_value
    FROM report_figures AS f
    WHERE
        f.report = CAST(:report AS text)
        AND f.period = CAST(:period AS text)
        AND f.edition = CAST(:former AS integer)
) AS f ON s.scope = f.scope AND s.figure = f.figure
WHERE s.figure_value IS DISTINCT FROM f.figure_value
