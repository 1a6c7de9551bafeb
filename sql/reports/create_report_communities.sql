-- The communities a report is of, with their region, and the first instant each is served.
--
-- Reads: communities
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
    CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
INNER JOIN communities AS c ON g.community_code = c.community_code
