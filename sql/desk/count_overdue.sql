-- How much is overdue now: deadlines, cases, emergencies, steps nobody could be told of.
-- Reads: escalations, deadlines, cases
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   at (timestamptz): instant looked at, inclusive
--   community_code (text): only this community; null: all
WITH open_steps AS (
    SELECT
        e.case_code AS case_code,
        e.milestone AS milestone,
        e.occurrence AS occurrence,
        bool_or(e.is_emergency) AS is_emergency,
        bool_and(e.staff_code IS NULL) AS is_untold,
        bool_or(e.acknowledged_at IS NOT NULL) AS is_acknowledged
    FROM escalations AS e
    WHERE e.stood_down_at IS NULL
    GROUP BY e.case_code, e.milestone, e.occurrence
)

SELECT
    count(*) FILTER (WHERE d.due_at <= :at) AS overdue,
    count(DISTINCT d.case_code) FILTER (WHERE d.due_at <= :at) AS cases,
    count(*) FILTER (WHERE d.due_at > :at AND NOT s.is_emergency) AS soon,
    count(DISTINCT d.case_code) FILTER (WHERE s.is_emergency) AS emergencies,
    count(*) FILTER (WHERE s.is_untold) AS untold,
    count(*) FILTER (WHERE d.due_at <= :at AND s.is_acknowledged) AS acknowledged
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
