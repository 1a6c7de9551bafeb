-- How many items of each team and community some draws looked at and drew, by reason.
--
-- Reads: quality_populations, samples
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   draw_codes (text[]): draws
WITH counted AS (
    SELECT
        p.draw_code,
        p.team_code,
        p.community_code,
        sum(p.frame_items) AS frame_items,
        sum(p.population) AS population,
        0 AS at_random,
        0 AS by_risk,
        0 AS others
    FROM quality_populations AS p
    WHERE p.draw_code = any(CAST(:draw_codes AS text[]))
    GROUP BY p.draw_code, p.team_code, p.community_code
    UNION ALL
    SELECT
        s.draw_code,
        coalesce(s.team_code, ''),
        coalesce(s.community_code, ''),
        0,
        0,
        count(*) FILTER (WHERE s.reason IN ('random', 'minimum')),
        count(*) FILTER (WHERE s.reason = 'risk'),
        count(*) FILTER (WHERE s.reason IN ('top_up', 'audit'))
    FROM samples AS s
    WHERE s.draw_code = any(CAST(:draw_codes AS text[]))
    GROUP BY s.draw_code, s.team_code, s.community_code
)

SELECT
    c.draw_code,
    c.team_code,
    c.community_code,
    CAST(sum(c.frame_items) AS bigint) AS frame_items,
    CAST(sum(c.population) AS bigint) AS population,
    CAST(sum(c.at_random) AS bigint) AS at_random,
    CAST(sum(c.by_risk) AS bigint) AS by_risk,
    CAST(sum(c.others) AS bigint) AS others
FROM counted AS c
GROUP BY c.draw_code, c.team_code, c.community_code
ORDER BY c.draw_code, c.community_code, c.team_code
