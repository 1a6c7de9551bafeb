-- The communities served, with whom a mail about them goes to.
--
-- Reads: called_communities (temporary), communities
-- Writes: nothing
-- Rerun: the same rows in the same transaction
--
-- Params: none
SELECT
    g.community_code,
    c.community_name,
    c.region,
    g.leader_role,
    g.head_role,
    g.dissatisfied_up_to,
    g.is_reception_mailed
FROM called_communities AS g
INNER JOIN communities AS c ON g.community_code = c.community_code
ORDER BY g.community_code
