-- The parts of figures a run is about to tell (by team, department, cause, agent), with what the gate asks of each: the whole
-- is there, and the parts together are no more than it.
-- Rows a run is about to tell: its own editions, and those of earlier runs since the last that succeeded which still wait
-- (a gate stopped them); of each period the newest only. A preview that is asked for is looked at whoever computed it.
--
-- Reads: report_editions, report_definitions, report_figures, report_breakdowns, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH asked AS (
    SELECT
        r.run_id,
        r.pipeline,
        r.as_of,
        coalesce(r.detail -> 'parameters' ->> 'preview_to_me', 'false') = 'true' AS is_preview,
        r.detail -> 'parameters' ->> 'period' AS period
    FROM runs AS r
    WHERE r.run_id = :run_id
),

newest AS (
    SELECT
        e.report,
        e.period,
        max(e.edition) AS edition
    FROM report_editions AS e
    INNER JOIN asked AS a ON a.pipeline = e.report || '_report'
    GROUP BY e.report, e.period, e.state = 'preview'
),

editions AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        e.state,
        e.period_end
    FROM newest AS n
    INNER JOIN report_editions AS e ON n.report = e.report AND n.period = e.period AND n.edition = e.edition
    CROSS JOIN asked AS a
    WHERE
        e.run_id = a.run_id
        OR (
            e.state = 'computed'
            AND e.run_id < a.run_id
            AND e.run_id > coalesce((
                SELECT max(s.run_id)
                FROM runs AS s
                WHERE s.pipeline = a.pipeline AND s.state = 'succeeded' AND s.run_id < a.run_id
            ), 0)
        )
        OR (
            e.state = 'preview'
            AND a.is_preview
            AND e.period = coalesce(a.period, (
                SELECT max(v.period)
                FROM report_editions AS v
                WHERE v.report = e.report AND v.state = 'preview'
            ))
        )
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
