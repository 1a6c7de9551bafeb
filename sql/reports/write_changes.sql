-- Writes what a corrected edition changed: figures whose value is another one than in the edition its readers had.
--
-- Reads: report_figures, report_sums (temporary)
-- Writes: report_changes, one row per scope and figure changed
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   former (int): edition its readers had
INSERT INTO report_changes (report, period, edition, scope, figure, before, after)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    coalesce(s.scope, f.scope) AS scope,
    coalesce(s.figure, f.figure) AS figure,
    f.figure_value AS before,
    s.figure_value AS after
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
