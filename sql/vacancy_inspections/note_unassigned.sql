-- Communities and months in which units have nobody to walk to them, and why; numbers follow what joins later, and what
-- finds a seat later.
--
-- Reads: inspections, inspection_placements, inspection_slots, inspection_work_days (temporary)
-- Writes: inspection_remarks, one row per reason, community and month
-- Rerun: only when units were placed anew, after they were written
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the run works at
--   day (date): day that is planned, inclusive
--   month_end (date): last day of its month, inclusive
--   period (text): that month, YYYY-MM
INSERT INTO inspection_remarks (kind, subject, community_code, detail, noted_at, run_id)
WITH unassigned AS (
    SELECT
        p.reason,
        p.community_code,
        p.group_code,
        p.calendar_code,
        p.per_day
    FROM inspection_placements AS p
    WHERE p.reason IS NOT NULL
    UNION
    SELECT
        'over_capacity' AS reason,
        p.community_code,
        p.group_code,
        p.calendar_code,
        p.per_day
    FROM inspection_placements AS p
    WHERE
        p.due_on IS NULL
        AND p.community_code IN (
            SELECT s.community_code
            FROM inspection_placements AS s
            WHERE s.had_nobody AND s.staff_code IS NOT NULL
        )
),

written AS (
    SELECT
        u.reason,
        u.community_code,
        count(*) AS due,
        count(*) FILTER (
            WHERE
            i.state = 'planned'
            AND i.staff_code IS NULL
            AND (u.reason = 'no_working_day') = (w.day IS NULL)
        ) AS units
    FROM unassigned AS u
    INNER JOIN inspections AS i ON u.community_code = i.community_code
    LEFT JOIN inspection_work_days AS w ON u.calendar_code = w.calendar_code AND i.due_on = w.day
    WHERE
        i.period = CAST(:period AS text)
        AND i.plan IN ('monthly', 'basement')
        AND i.state <> 'cancelled'
    GROUP BY u.reason, u.community_code
)

SELECT
    u.reason AS kind,
    u.community_code || ':' || CAST(:period AS text) AS subject,
    u.community_code,
    jsonb_build_object(
        'period', CAST(:period AS text),
        'units', n.units,
        'due', n.due,
        'per_day', u.per_day,
        'inspectors', (
            SELECT count(DISTINCT s.staff_code) FROM inspection_slots AS s
            WHERE s.group_code = u.group_code
        ),
        'seats', (
            SELECT coalesce(sum(s.per_day), 0) FROM inspection_slots AS s
            WHERE s.group_code = u.group_code
        ),
        'working_days', (
            SELECT count(*)
            FROM inspection_work_days AS d
            WHERE
                d.calendar_code = u.calendar_code
                AND d.day BETWEEN CAST(:day AS date) AND CAST(:month_end AS date)
        )
    ) AS detail,
    CAST(:at AS timestamptz) AS noted_at,
    :run_id AS run_id
FROM unassigned AS u
INNER JOIN written AS n ON u.reason = n.reason AND u.community_code = n.community_code
ON CONFLICT (kind, subject) DO UPDATE
    SET
        detail = inspection_remarks.detail || jsonb_build_object(
            'units', excluded.detail -> 'units',
            'due', excluded.detail -> 'due'
        ),
        run_id = excluded.run_id
