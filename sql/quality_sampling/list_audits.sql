-- QC-06: corrections that were closed before a week's end, and not reopened since, and were not looked at again yet.
--
-- Reads: quality_cases, cases, case_events; staff_teams (temporary)
-- Writes: nothing
-- Rerun: none that was noted
--
-- Params:
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
SELECT
    q.case_code,
    q.sample_code,
    q.staff_code,
    e.event_at AS closed_at,
    k.channel,
    k.community_code,
    k.kind,
    t.team_code
FROM quality_cases AS q
INNER JOIN cases AS k ON q.case_code = k.case_code
CROSS JOIN
    LATERAL (
        SELECT n.event_at
        FROM case_events AS n
        WHERE
            n.case_code = q.case_code
            AND n.event = any(CAST(:closing_events AS text[]))
            AND n.event_at < CAST(:frame_to AS timestamptz)
        ORDER BY n.event_at DESC
        LIMIT 1
    ) AS e
LEFT JOIN staff_teams AS t
    ON
        q.staff_code = t.staff_code
        AND CAST(e.event_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
WHERE
    q.audit_code IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM case_events AS g
        WHERE
            g.case_code = q.case_code
            AND g.event = 'reopened'
            AND g.event_at > e.event_at
            AND g.event_at < CAST(:frame_to AS timestamptz)
    )
ORDER BY e.event_at, q.case_code
