-- The parts of figures a run is about to tell (by team, department, cause, agent), with what the gate asks of each: the whole
-- is there, and the parts together are no more than it.
--
-- Reads: report_editions, report_definitions, report_figures, report_breakdowns, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH editions AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        e.state,
        e.period_end
    FROM report_editions_to_tell(CAST(:run_id AS bigint)) AS e
),

parts AS (
    SELECT
        b.report,
        b.period,
        b.edition,
        b.scope,
        b.kind,
        b.code,
        b.figure,
        b.numerator,
        b.denominator,
        f.numerator IS NOT NULL AS has_whole,
        d.unit,
        sum(b.numerator) OVER whole - f.numerator AS numerators_over,
        sum(b.denominator) OVER whole - f.denominator AS denominators_over
    FROM report_breakdowns AS b
    INNER JOIN editions AS e ON b.report = e.report AND b.period = e.period AND b.edition = e.edition
    LEFT JOIN report_figures AS f
        ON
            b.report = f.report AND b.period = f.period AND b.edition = f.edition
            AND b.scope = f.scope AND b.figure = f.figure
    LEFT JOIN report_definitions AS d
        ON b.report = d.report AND b.period = d.period AND b.edition = d.edition AND b.figure = d.figure
    WINDOW whole AS (PARTITION BY b.report, b.period, b.edition, b.scope, b.kind, b.figure)
)

SELECT
    p.report,
    p.period,
    p.edition,
    p.scope,
    p.kind,
    p.code,
    p.figure,
    p.has_whole,
    p.numerators_over,
    p.denominators_over,
    CASE WHEN p.unit = 'share' THEN p.numerator - p.denominator END AS numerator_over,
    p.numerator AS count_of_part,
    p.kind <> 'team' OR p.code <> '' OR p.figure <> 'adherence' AS has_team
FROM parts AS p
