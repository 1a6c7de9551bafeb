-- A community whose days are planned up to later than this one is not looked at on this one.
--
-- Reads: planned_scopes (temporary)
-- Writes: called_communities (temporary)
-- Rerun: nothing more
--
-- Params:
--   day (date): day planned
DELETE FROM called_communities AS c
WHERE
    NOT EXISTS (
        SELECT 1
        FROM planned_scopes AS s
        WHERE s.community_code = c.community_code AND s.plan_from <= CAST(:day AS date)
    )
