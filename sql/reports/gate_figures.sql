-- The figures a run is about to tell, with what the gate asks of each: it is what its communities add up to and nothing
-- else, a share is one, cases balance, and parts make up their total.
--
-- Reads: report_editions, report_definitions, report_figures, report_base, communities, runs
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

of_scopes AS (
    SELECT
        b.report,
        b.period,
        b.edition,
        s.scope,
        b.figure,
        sum(b.numerator) AS numerator,
        sum(b.denominator) AS denominator,
        sum(b.previous_numerator) AS previous_numerator,
        sum(b.previous_denominator) AS previous_denominator
    FROM report_base AS b
    INNER JOIN editions AS e ON b.report = e.report AND b.period = e.period AND b.edition = e.edition
    LEFT JOIN communities AS c ON b.community_code = c.community_code
    CROSS JOIN unnest(ARRAY['company', 'region:' || nullif(c.region, ''), nullif(b.community_code, '')]) AS s (scope)
    WHERE s.scope IS NOT NULL
    GROUP BY b.report, b.period, b.edition, s.scope, b.figure
),

figures AS (
    SELECT
        f.report,
        f.period,
        f.edition,
        f.scope,
        f.figure,
        split_part(f.figure, '.', 1) AS stem,
        split_part(f.figure, '.', 2) AS part,
        f.value AS figure_value,
        f.previous,
        f.target,
        f.numerator,
        f.denominator,
        d.unit,
        d.subject,
        d.unit IN ('share', 'points', 'seconds') AS is_share,
        e.state,
        s.numerator AS sum_numerator,
        s.denominator AS sum_denominator,
        s.previous_numerator,
        s.previous_denominator
    FROM report_figures AS f
    INNER JOIN editions AS e ON f.report = e.report AND f.period = e.period AND f.edition = e.edition
    INNER JOIN report_definitions AS d
        ON f.report = d.report AND f.period = d.period AND f.edition = d.edition AND f.figure = d.figure
    LEFT JOIN of_scopes AS s
        ON
            f.report = s.report AND f.period = s.period AND f.edition = s.edition
            AND f.scope = s.scope AND f.figure = s.figure
),

parts AS (
    SELECT
        p.report,
        p.period,
        p.edition,
        p.scope,
        p.stem,
        count(*) FILTER (WHERE p.part NOT IN ('', 'total')) AS parts,
        sum(p.numerator) FILTER (WHERE p.part NOT IN ('', 'total')) AS part_numerator,
        sum(p.denominator) FILTER (WHERE p.part NOT IN ('', 'total')) AS part_denominator
    FROM figures AS p
    WHERE p.stem LIKE 'cases\_%' OR p.stem IN ('on_time', 'arrears')
    GROUP BY p.report, p.period, p.edition, p.scope, p.stem
),

balance AS (
    SELECT
        c.report,
        c.period,
        c.edition,
        c.scope,
        c.part,
        sum(
            CASE c.stem
                WHEN 'cases_in' THEN c.numerator
                WHEN 'cases_reopened' THEN c.numerator
                WHEN 'cases_out' THEN -c.numerator
                WHEN 'cases_open' THEN coalesce(c.previous, 0) - c.numerator
            END
        ) AS cases_off
    FROM figures AS c
    WHERE c.stem IN ('cases_in', 'cases_out', 'cases_reopened', 'cases_open') AND c.state <> 'reconstructed'
    GROUP BY c.report, c.period, c.edition, c.scope, c.part
    HAVING count(DISTINCT c.stem) = 4
)

SELECT
    f.report,
    f.period,
    f.edition,
    f.scope,
    f.figure,
    coalesce(f.numerator, 0) - coalesce(f.sum_numerator, 0) AS numerator_off,
    coalesce(f.denominator, 0) - coalesce(f.sum_denominator, 0) AS denominator_off,
    coalesce(f.previous, 0) - coalesce(
        CASE
            WHEN f.is_share THEN round(f.previous_numerator / nullif(f.previous_denominator, 0), 12)
            ELSE f.previous_numerator
        END, 0
    ) AS previous_off,
    f.figure_value - CASE
        WHEN f.is_share THEN round(f.numerator / nullif(f.denominator, 0), 12)
        ELSE f.numerator
    END AS value_off,
    (f.figure_value IS NULL) = (f.numerator IS NULL OR (f.is_share AND coalesce(f.denominator, 0) = 0))
    AND (f.numerator IS NULL) = (f.sum_numerator IS NULL) AS is_blank_for_nothing,
    CASE WHEN f.unit = 'share' AND f.subject <> 'money' THEN f.figure_value END AS share,
    CASE WHEN f.unit = 'share' AND f.subject = 'money' THEN f.figure_value END AS share_of_money,
    CASE WHEN f.unit = 'share' THEN f.target END AS target_share,
    CASE WHEN f.unit = 'points' THEN f.figure_value END AS points,
    f.unit <> 'count' OR f.numerator IS NULL OR (f.numerator >= 0 AND f.numerator = trunc(f.numerator)) AS is_whole_count,
    CASE WHEN f.stem = 'cases_open' THEN b.cases_off END AS cases_off,
    CASE
        WHEN p.parts > 0 AND (f.part = 'total' OR f.figure = 'arrears')
            THEN
                abs(coalesce(f.numerator, 0) - coalesce(p.part_numerator, 0))
                + abs(coalesce(f.denominator, 0) - coalesce(p.part_denominator, 0))
    END AS parts_off
FROM figures AS f
LEFT JOIN parts AS p
    ON
        f.report = p.report AND f.period = p.period AND f.edition = p.edition
        AND f.scope = p.scope AND f.stem = p.stem
LEFT JOIN balance AS b
    ON
        f.report = b.report AND f.period = b.period AND f.edition = b.edition
        AND f.scope = b.scope AND f.part = b.part
