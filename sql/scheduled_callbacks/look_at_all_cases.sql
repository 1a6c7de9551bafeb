-- A community that is planned for the first time, or is served from an earlier day than before, has all its cases looked
-- at that something happened to since it is served.
--
-- Reads: callback_progress, cases, case_events
-- Writes: looked_cases (temporary), one row per case
-- Rerun: no row for what is in the list already
--
-- Params:
--   served (text[]): communities served
--   live_from (date[]): first day each is served, in the same order
WITH newly_served AS (
    SELECT
        g.community_code,
        CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS since
    FROM unnest(CAST(:served AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
    LEFT JOIN callback_progress AS p ON g.community_code = p.scope
    WHERE p.live_from IS NULL OR p.live_from > g.live_from
)

INSERT INTO looked_cases (case_code)
SELECT DISTINCT e.case_code
FROM case_events AS e
INNER JOIN cases AS c ON e.case_code = c.case_code
INNER JOIN newly_served AS n ON c.community_code = n.community_code
WHERE
    e.event_at >= n.since
    AND e.event_at >= (SELECT min(m.since) FROM newly_served AS m)
    AND e.event IN ('answered', 'resolved', 'closed', 'reopened')
ON CONFLICT (case_code) DO NOTHING
