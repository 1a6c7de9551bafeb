-- The communities of a scope, in order, and whether an edition counts them.
--
-- Reads: communities, report_base
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   scope (text): company, region:NAME, or a community
SELECT
    c.community_code,
    c.community_name,
    coalesce(c.region, '') AS region,
    c.community_code IN (
        SELECT b.community_code
        FROM report_base AS b
        WHERE
            b.report = CAST(:report AS text)
            AND b.period = CAST(:period AS text)
            AND b.edition = CAST(:edition AS integer)
    ) AS is_counted
FROM communities AS c
WHERE
    CAST(:scope AS text) = 'company'
    OR c.community_code = CAST(:scope AS text)
    OR 'region:' || c.region = CAST(:scope AS text)
ORDER BY c.community_code
