-- The days on which the planning of a scope begins.
--
-- Reads: planned_scopes (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT DISTINCT s.plan_from AS day
FROM planned_scopes AS s
ORDER BY s.plan_from
