-- Writes the communities there are when an edition is computed, with their names and regions, and which of them it counts.
--
-- Reads: communities, report_communities (temporary)
-- Writes: report_places, one row per community of the register
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
INSERT INTO report_places (report, period, edition, community_code, community_name, region, live_from, missing_calendar)
SELECT
    CAST(:report AS text) AS report,
    CAST(:period AS text) AS period,
    CAST(:edition AS integer) AS edition,
    c.community_code,
    c.community_name,
    c.region,
    r.live_from,
    r.missing_calendar
FROM communities AS c
LEFT JOIN report_communities AS r ON c.community_code = r.community_code
