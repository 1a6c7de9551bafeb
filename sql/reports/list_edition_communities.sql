-- The communities of a scope as they were when an edition was computed, in order; those with live_from are counted in it.
--
-- Reads: report_places
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
    c.live_from,
    c.missing_calendar
FROM report_places AS c
WHERE
    c.report = CAST(:report AS text)
    AND c.period = CAST(:period AS text)
    AND c.edition = CAST(:edition AS integer)
    AND (
        CAST(:scope AS text) = 'company'
        OR c.community_code = CAST(:scope AS text)
        OR 'region:' || c.region = CAST(:scope AS text)
    )
ORDER BY c.community_code
