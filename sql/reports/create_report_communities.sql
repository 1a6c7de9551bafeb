-- The communities a report is of, with their region, the first instant each is served, and the working calendar each lacks:
-- without it no deadline of its cases can be worked out.
--
-- Reads: communities, served_communities, working_calendars
-- Writes: report_communities (temporary), one row per community given
-- Rerun: after it was dropped
--
-- Params:
--   community_codes (text[]): communities served
--   live_from (date[]): first day served, in the same order
CREATE TEMPORARY TABLE report_communities ON COMMIT DROP AS
SELECT
    c.community_code,
    c.community_name,
    c.region,
    g.live_from,
    CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at,
    CASE WHEN w.calendar_code IS NULL THEN coalesce(s.working_calendar, c.working_calendar, 'office') END AS missing_calendar
FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
INNER JOIN communities AS c ON g.community_code = c.community_code
LEFT JOIN served_communities AS s ON c.community_code = s.community_code
LEFT JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
