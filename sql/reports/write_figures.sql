-- Writes the figures of all scopes of an edition.
--
-- Reads: report_sums (temporary)
-- Writes: report_figures, one row per scope and figure of the edition
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   run_id (bigint): run
INSERT INTO report_figures (
    report, period, scope, figure, edition, value, previous, target, is_provisional, numerator, denominator, run_id
)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    s.scope,
    s.figure,
    CAST(:edition AS integer) AS edition,
    s.figure_value,
    s.previous,
    s.target,
    s.is_provisional,
    s.numerator,
    s.denominator,
    CAST(:run_id AS bigint) AS run_id
FROM report_sums AS s
