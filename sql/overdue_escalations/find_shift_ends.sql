-- CASE-05: the latest end of a shift of each team, if nothing was handed over for it or a later one. A team is the
-- people of one post who serve one community, or all. After an outage only the latest end matters. A team that never
-- handed over begins with an end of the last hours.
--
-- Reads: roster, staff, served_communities, communities, shift_handovers
-- Writes: nothing
-- Rerun: no rows once the handovers are recorded
--
-- Params:
--   as_of (timestamptz): instant of the run; shifts ended by then, inclusive
--   since (timestamptz): a team without a handover begins with ends after this, exclusive
--   roles (text[]): posts that hand over
WITH ended AS (
    SELECT
        s.community_code,
        s.role,
        max(r.ends_at) AS ended_at
    FROM roster AS r
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    LEFT JOIN served_communities AS v ON s.community_code = v.community_code
    WHERE
        r.ends_at <= :as_of
        AND r.ends_at > least(CAST(:since AS timestamptz), (SELECT max(h.ended_at) FROM shift_handovers AS h))
        AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
        AND s.role = any(CAST(:roles AS text[]))
        AND (s.community_code IS NULL OR v.community_code IS NOT NULL)
    GROUP BY s.community_code, s.role
)

SELECT
    e.community_code,
    e.role,
    e.ended_at,
    c.community_name
FROM ended AS e
LEFT JOIN communities AS c ON e.community_code = c.community_code
WHERE
    NOT EXISTS (
        SELECT 1
        FROM shift_handovers AS h
        WHERE h.ended_at >= e.ended_at AND h.role = e.role AND h.community_code IS NOT DISTINCT FROM e.community_code
    )
    AND (
        e.ended_at > :since
        OR EXISTS (
            SELECT 1
            FROM shift_handovers AS h
            WHERE h.role = e.role AND h.community_code IS NOT DISTINCT FROM e.community_code
        )
    )
ORDER BY e.community_code NULLS FIRST, e.role
