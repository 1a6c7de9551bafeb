-- The communities served, with what their events are planned by.
--
-- Reads: called_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows in the same transaction
--
-- Params: none
SELECT
    g.community_code,
    g.live_from,
    g.calendar_code,
    g.reception_announce_days,
    g.reception_from_day,
    g.committee_announce_days
FROM called_communities AS g
ORDER BY g.community_code
