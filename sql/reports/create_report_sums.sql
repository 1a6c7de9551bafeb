-- The figures of all scopes: what communities counted, added up by region and for the company; never anything else.
--
-- A share is the sum of its numerators over the sum of its denominators. What belongs to no community is in the company's.
--
-- Reads: report_rows, report_communities, report_grid, report_targets (temporary)
-- Writes: report_sums (temporary), one row per scope and figure
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_sums ON COMMIT DROP AS
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
        sum(b.previous_denominator) AS previous_denominator,
        bool_or(b.is_provisional) AS is_provisional
    FROM report_rows AS b
    LEFT JOIN report_communities AS r ON b.community_code = r.community_code
    GROUP BY GROUPING SETS ((b.figure), (b.figure, r.region), (b.figure, r.community_code))
    HAVING
        (grouping(r.region) = 1 OR nullif(r.region, '') IS NOT NULL)
        AND (grouping(r.community_code) = 1 OR r.community_code IS NOT NULL)
)

SELECT
    s.scope,
    s.figure,
    CASE WHEN g.is_share THEN round(s.numerator / nullif(s.denominator, 0), 12) ELSE s.numerator END AS figure_value,
    CASE
        WHEN g.is_share THEN round(s.previous_numerator / nullif(s.previous_denominator, 0), 12)
        ELSE s.previous_numerator
    END AS previous,
    t.target,
    s.is_provisional,
    s.numerator,
    s.denominator
FROM summed AS s
INNER JOIN report_grid AS g ON s.figure = g.figure
LEFT JOIN report_targets AS t ON s.scope = t.scope AND s.figure = t.figure
