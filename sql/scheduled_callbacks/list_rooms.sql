-- Who calls for a community on which of its calling days, and how many calls they can make: its own agents, and those
-- of the whole company beside them. Where a community allows no calls a day, nobody has room for it.
--
-- Reads: calling_groups, calling_agents, called_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows in the same transaction
--
-- Params:
--   day (date): days after this one, and this day itself
WITH rooms AS (
    SELECT
        a.scope AS agents_of,
        a.day,
        sum(a.capacity) AS calls
    FROM calling_agents AS a
    GROUP BY a.scope, a.day
)

SELECT
    g.scope,
    g.day,
    r.agents_of,
    CAST(r.calls AS integer) AS calls
FROM calling_groups AS g
LEFT JOIN called_communities AS c ON g.scope = c.community_code
LEFT JOIN rooms AS r
    ON
        g.day = r.day
        AND (r.agents_of IN (g.agents_of, '') OR g.agents_of = '*')
        AND coalesce(c.calls_per_day > 0, TRUE)
WHERE g.day >= CAST(:day AS date)
ORDER BY g.scope ASC, g.day ASC, r.agents_of = '' ASC, r.agents_of ASC
