-- The parts of an edition's figures, by scope: teams, departments and causes of communities added up by region and for the
-- company.
--
-- Reads: report_parts, report_communities (temporary)
-- Writes: report_shares (temporary), one row per scope, kind, code and figure
-- Rerun: after it was dropped
--
-- Params:
--   window_no (int): window of the edition
CREATE TEMPORARY TABLE report_shares ON COMMIT DROP AS
SELECT
    CASE
        WHEN grouping(r.community_code) = 0 THEN r.community_code
        WHEN grouping(r.region) = 0 THEN 'region:' || r.region
        ELSE 'company'
    END AS scope,
    p.kind,
    p.code,
    p.figure,
    sum(p.numerator) AS numerator,
    sum(p.denominator) AS denominator
FROM report_parts AS p
LEFT JOIN report_communities AS r ON p.community_code = r.community_code
WHERE p.window_no = CAST(:window_no AS integer)
GROUP BY
    GROUPING SETS (
        (p.kind, p.code, p.figure),
        (p.kind, p.code, p.figure, r.region),
        (p.kind, p.code, p.figure, r.community_code)
    )
HAVING
    (grouping(r.region) = 1 OR nullif(r.region, '') IS NOT NULL)
    AND (grouping(r.community_code) = 1 OR r.community_code IS NOT NULL)
