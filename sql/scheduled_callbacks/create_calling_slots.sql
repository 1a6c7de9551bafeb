-- How many agents can call for a community on each of its calling days: its slots of the day, by which the calls of a
-- period are shared out over its days.
--
-- Reads: calling_groups, calling_agents (temporary)
-- Writes: calling_slots (temporary), one row per community (or the word prospects) and calling day; 0: nobody is there
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE calling_slots ON COMMIT DROP AS
WITH there AS (
    SELECT
        a.scope AS agents_of,
        a.day,
        count(*) AS agents
    FROM calling_agents AS a
    GROUP BY a.scope, a.day
    UNION ALL
    SELECT
        '*' AS agents_of,
        a.day,
        count(*) AS agents
    FROM calling_agents AS a
    GROUP BY a.day
)

SELECT
    g.scope,
    g.day,
    CAST(coalesce(t.agents, 0) AS integer) AS slots
FROM calling_groups AS g
LEFT JOIN there AS t ON g.agents_of = t.agents_of AND g.day = t.day
