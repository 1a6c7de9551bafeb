-- Communities with the first day they are served from, as the settings say on a day, beside what the last run found.
--
-- Reads: communities, settings, deadline_policies, served_communities
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   on_day (date): day the settings are asked for, in Asia/Shanghai
SELECT
    c.community_code,
    coalesce(c.working_calendar, 'office') AS working_calendar,
    s.value AS live_from,
    k.live_from AS known_live_from,
    k.working_calendar AS known_working_calendar,
    k.policy_slot AS known_policy_slot,
    exists(
        SELECT 1 FROM deadline_policies AS p
        WHERE p.community_code = c.community_code
    ) AS has_own_policies
FROM communities AS c
LEFT JOIN LATERAL (
    SELECT t.value
    FROM settings AS t
    WHERE
        t.setting = 'live_from'
        AND (t.community_code IS NULL OR t.community_code = c.community_code)
        AND (t.valid_from IS NULL OR t.valid_from <= :on_day)
    ORDER BY t.community_code IS NULL, t.valid_from DESC NULLS LAST
    LIMIT 1
) AS s ON TRUE
LEFT JOIN served_communities AS k ON c.community_code = k.community_code
ORDER BY c.community_code
