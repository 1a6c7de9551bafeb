-- The first day any community is to be planned for; NULL: none is.
--
-- Reads: planned_communities (temporary)
-- Writes: nothing
-- Rerun: the same row
--
-- Params: none
SELECT min(c.plan_from) AS first_day
FROM planned_communities AS c
