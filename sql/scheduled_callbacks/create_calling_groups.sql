-- Whose agents call for a community on each of its calling days: its own, else those of the whole company. Prospects,
-- who belong to no community, are called by the company's, else by all.
--
-- A community has agents of its own as long as one is employed, whether they are there that day or not.
--
-- Reads: called_communities, calling_days (temporary), staff
-- Writes: calling_groups (temporary), one row per community (or the word prospects) and calling day; agents_of: a
--         community, empty for the company's agents, a star for everybody
-- Rerun: after it was dropped
--
-- Params:
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
CREATE TEMPORARY TABLE calling_groups ON COMMIT DROP AS
WITH scopes AS (
    SELECT
        c.community_code AS scope,
        c.community_code AS own,
        c.calendar_code
    FROM called_communities AS c
    UNION ALL
    SELECT
        'prospects' AS scope,
        '' AS own,
        'office' AS calendar_code
    WHERE EXISTS (SELECT 1 FROM called_communities)
),

staffed_days AS (
    SELECT DISTINCT
        coalesce(s.community_code, '') AS own,
        d.day
    FROM (
        SELECT DISTINCT k.day
        FROM calling_days AS k
        WHERE k.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
    ) AS d
    INNER JOIN staff AS s
        ON coalesce(d.day >= s.hired_on, TRUE) AND coalesce(d.day <= s.left_on, TRUE)
    WHERE s.role = 'agent'
)

SELECT
    o.scope,
    k.day,
    CASE
        WHEN t.own IS NOT NULL THEN o.own
        WHEN o.scope = 'prospects' THEN '*'
        ELSE ''
    END AS agents_of
FROM scopes AS o
INNER JOIN calling_days AS k ON o.calendar_code = k.calendar_code
LEFT JOIN staffed_days AS t ON o.own = t.own AND k.day = t.day
WHERE k.is_calling_day AND k.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
