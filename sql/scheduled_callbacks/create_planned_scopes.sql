-- The communities whose days are still to be planned, with the first of these days, and prospects, who belong to none; a
-- day planned before is looked at once more when it is today, so that what was loaded since then still finds its place.
--
-- Reads: called_communities (temporary), callback_progress
-- Writes: planned_scopes (temporary), one row per scope
-- Rerun: once per transaction
--
-- Params:
--   prospects (text): scope of prospects
--   prospects_from (date): first day served for prospects; NULL: the earliest of any community
--   last_day (date): day up to which everything is to be planned, inclusive
CREATE TEMPORARY TABLE planned_scopes ON COMMIT DROP AS
WITH scopes AS (
    SELECT
        c.community_code AS scope,
        c.community_code,
        c.calendar_code,
        c.live_from
    FROM called_communities AS c
    UNION ALL
    SELECT
        CAST(:prospects AS text) AS scope,
        CAST(NULL AS text) AS community_code,
        'office' AS calendar_code,
        coalesce(CAST(:prospects_from AS date), min(c.live_from)) AS live_from
    FROM called_communities AS c
    HAVING count(*) > 0
)

SELECT
    s.scope,
    s.community_code,
    s.calendar_code,
    s.live_from,
    greatest(s.live_from, least(coalesce(p.planned_to + 1, s.live_from), CAST(:last_day AS date))) AS plan_from,
    coalesce(p.planned_to >= CAST(:last_day AS date), FALSE) AS is_again,
    coalesce(s.live_from < p.live_from, TRUE) AS looks_back
FROM scopes AS s
LEFT JOIN callback_progress AS p ON s.scope = p.scope
WHERE s.live_from <= CAST(:last_day AS date)
