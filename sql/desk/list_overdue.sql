-- Deadlines with an open escalation, the highest level and the longest overdue first, with who was told last.
-- Reads: escalations, deadlines, cases, communities, staff
-- Writes: nothing (one row per deadline)
-- Rerun: reads only
-- Params:
--   at (timestamptz): instant looked at, inclusive
--   view (text): overdue, soon (warned, not yet due or paused), emergencies, untold (nobody was found) or all
--   community_code (text): only this community; null: all
--   milestone (text): only this deadline; null: all
--   minimum_level (integer): only deadlines raised to this level or higher
--   case_code (text): only this case; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
WITH open_steps AS (
    SELECT
        e.case_code AS case_code,
        e.milestone AS milestone,
        e.occurrence AS occurrence,
        max(e.level) AS level,
        bool_or(e.is_emergency) AS is_emergency,
        bool_and(e.staff_code IS NULL) AS is_untold,
        max(e.acknowledged_at) AS acknowledged_at
    FROM escalations AS e
    WHERE
        e.stood_down_at IS NULL
        AND (CAST(:case_code AS text) IS NULL OR e.case_code = :case_code)
        AND (CAST(:milestone AS text) IS NULL OR e.milestone = :milestone)
    GROUP BY e.case_code, e.milestone, e.occurrence
    HAVING max(e.level) >= CAST(:minimum_level AS integer)
),

shown AS (
    SELECT
        s.case_code AS case_code,
        s.milestone AS milestone,
        s.occurrence AS occurrence,
        s.level AS level,
        s.is_emergency AS is_emergency,
        s.is_untold AS is_untold,
        s.acknowledged_at AS acknowledged_at,
        d.starts_at AS starts_at,
        d.due_at AS due_at,
        d.state AS state,
        d.provisional AS provisional
    FROM open_steps AS s
    INNER JOIN deadlines AS d
        ON
            s.case_code = d.case_code
            AND s.milestone = d.milestone
            AND s.occurrence = d.occurrence
    WHERE
        d.state IN ('running', 'paused')
        AND (
            CAST(:community_code AS text) IS NULL
            OR EXISTS (
                SELECT 1
                FROM cases AS c
                WHERE
                    c.case_code = s.case_code
                    AND c.community_code = :community_code
            )
        )
        AND CASE CAST(:view AS text)
            WHEN 'overdue' THEN d.due_at <= :at
            WHEN 'soon' THEN (d.due_at IS NULL OR d.due_at > :at) AND NOT s.is_emergency
            WHEN 'emergencies' THEN s.is_emergency
            WHEN 'untold' THEN s.is_untold
            ELSE TRUE
        END
    ORDER BY s.level DESC, d.due_at ASC NULLS LAST, s.case_code ASC, s.milestone ASC, s.occurrence ASC
    LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
)

SELECT
    w.case_code AS case_code,
    w.milestone AS milestone,
    w.occurrence AS occurrence,
    w.level AS level,
    w.is_emergency AS is_emergency,
    w.is_untold AS is_untold,
    w.acknowledged_at AS acknowledged_at,
    w.starts_at AS starts_at,
    w.due_at AS due_at,
    w.state AS state,
    w.provisional AS provisional,
    c.community_code AS community_code,
    m.community_name AS community_name,
    c.unit_code AS unit_code,
    c.kind AS kind,
    c.urgency AS urgency,
    c.opened_at AS opened_at,
    t.told AS told
FROM shown AS w
INNER JOIN cases AS c ON w.case_code = c.case_code
INNER JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object(
                'level', e.level,
                'role', e.role,
                'staff_code', e.staff_code,
                'staff_name', p.staff_name,
                'raised_at', e.raised_at,
                'acknowledged_at', e.acknowledged_at
            )
            ORDER BY e.level DESC, e.raised_at DESC, e.role ASC
        ) AS told
    FROM escalations AS e
    LEFT JOIN staff AS p ON e.staff_code = p.staff_code
    WHERE
        e.case_code = w.case_code
        AND e.milestone = w.milestone
        AND e.occurrence = w.occurrence
        AND e.stood_down_at IS NULL
) AS t ON TRUE
ORDER BY w.level DESC, w.due_at ASC NULLS LAST, w.case_code ASC, w.milestone ASC, w.occurrence ASC
