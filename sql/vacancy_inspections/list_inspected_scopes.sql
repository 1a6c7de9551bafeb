-- The communities inspected, with what a mail about them needs: who is asked for, and the limits of a registration.
--
-- Reads: inspected_communities (temporary), communities
-- Writes: nothing
-- Rerun: the same rows in the same transaction
--
-- Params: none
SELECT
    g.community_code,
    c.community_name,
    c.region,
    g.live_from,
    g.head_role,
    g.responsible_role,
    g.water_limit,
    g.electricity_limit,
    g.minimum_months,
    g.backdated_days
FROM inspected_communities AS g
INNER JOIN communities AS c ON g.community_code = c.community_code
ORDER BY g.community_code
