-- The figures of all scopes: what communities counted, added up by region and for the company; never anything else.
--
-- A share is the sum of its numerators over the sum of its denominators. What belongs to no community is in the company's.
--
-- Reads: report_base, report_communities, report_grid (temporary)
-- Writes: report_figures, one row per scope and figure of the edition
-- Rerun: the edition's rows are written once
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   run_id (bigint): run
INSERT INTO report_figures (
    report, period, scope, figure, edition, value, previous, target, is_provisional, numerator, denominator, run_id
)
WITH summed AS (
    SELECT
        CASE
            WHEN grouping(r.community_code) = 0 THEN r.community_code
            WHEN grouping(r.region) = 0 THEN 'region:' || r.region
            ELSE 'company'
        END AS scope,
        b.figure,
        sum(b.numerator) AS numerator,
        sum(b.denominator) AS denominator,
        sum(b.previous_numerator) AS previous_numerator,
        sum(b.previous_denominator) AS previous_denominator
    FROM report_base AS b
    LEFT JOIN report_communities AS r ON b.community_code = r.community_code
    WHERE
        b.report = CAST(:report AS text)
        AND b.period = CAST(:period AS text)
        AND b.edition = CAST(:edition AS integer)
    GROUP BY GROUPING SETS ((b.figure), (b.figure, r.region), (b.figure, r.region, r.community_code))
    HAVING
        (grouping(r.region) = 1 OR r.region IS NOT NULL OR grouping(r.community_code) = 0)
        AND (grouping(r.community_code) = 1 OR r.community_code IS NOT NULL)
)

SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    s.scope,
    s.figure,
    CAST(:edition AS integer) AS edition,
    CASE WHEN g.is_share THEN round(s.numerator / nullif(s.denominator, 0), 12) ELSE s.numerator END AS value,
    CASE
        WHEN g.is_share THEN round(s.previous_numerator / nullif(s.previous_denominator, 0), 12)
        ELSE s.previous_numerator
    END AS previous,
    t.target,
    FALSE AS is_provisional,
    s.numerator,
    CASE WHEN g.is_share THEN s.denominator END AS denominator,
    CAST(:run_id AS bigint) AS run_id
FROM summed AS s
INNER JOIN report_grid AS g ON s.figure = g.figure
LEFT JOIN report_targets AS t ON s.scope = t.scope AND s.figure = t.figure
