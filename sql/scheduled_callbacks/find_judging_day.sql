-- The last day that is planned for every community served: what happened after the next morning is not judged yet, for
-- the days between are planned with what was known on them. Blank: nothing is planned yet.
--
-- Reads: callback_progress, called_communities (temporary)
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params: none
SELECT coalesce(min(p.planned_to) FILTER (WHERE c.community_code IS NOT NULL), min(p.planned_to)) AS planned_to
FROM callback_progress AS p
LEFT JOIN called_communities AS c ON p.scope = c.community_code
