-- How many items of a month there are of each agent, team, community and kind, those drawn included.
--
-- Reads: samples, quality_draws; month_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): end of the month, exclusive
WITH items AS (
    SELECT
        i.staff_code,
        coalesce(i.team_code, '') AS team_code,
        coalesce(i.community_code, '') AS community_code,
        i.subject_kind,
        i.is_drawable
    FROM month_items AS i
    UNION ALL
    SELECT
        s.staff_code,
        coalesce(s.team_code, '') AS team_code,
        coalesce(s.community_code, '') AS community_code,
        s.subject_kind,
        TRUE AS is_drawable
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE
        s.reason IN ('random', 'minimum', 'risk')
        AND s.occurred_at >= CAST(:starts_at AS timestamptz)
        AND s.occurred_at < CAST(:ends_at AS timestamptz)
        AND d.frame_from < CAST(:ends_at AS timestamptz)
)

SELECT
    i.staff_code,
    i.team_code,
    i.community_code,
    i.subject_kind,
    count(*) AS frame_items,
    count(*) FILTER (WHERE i.is_drawable) AS population
FROM items AS i
GROUP BY i.staff_code, i.team_code, i.community_code, i.subject_kind
ORDER BY i.staff_code, i.team_code, i.community_code, i.subject_kind
