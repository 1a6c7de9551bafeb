-- Communities and months in which units have nobody to walk to them, and why; numbers grow with what joins later.
--
-- Reads: inspection_placements, inspection_slots, inspection_work_days (temporary)
-- Writes: inspection_remarks, one row per reason, community and month
-- Rerun: only with units that were placed anew
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
        p.per_day,
        count(*) AS units
    FROM inspection_placements AS p
    WHERE p.reason IS NOT NULL
    GROUP BY p.reason, p.community_code, p.group_code, p.calendar_code, p.per_day
)

SELECT
    u.reason AS kind,
    u.community_code || ':' || CAST(:period AS text) AS subject,
    u.community_code,
    jsonb_build_object(
        'period', CAST(:period AS text),
        'units', u.units,
        'due', (
            SELECT count(*) FROM inspection_placements AS p
            WHERE p.community_code = u.community_code
        ),
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
ON CONFLICT (kind, subject) DO UPDATE
    SET
        detail = inspection_remarks.detail || jsonb_build_object(
            'units', CAST(inspection_remarks.detail ->> 'units' AS bigint) + CAST(excluded.detail ->> 'units' AS bigint),
            'due', CAST(inspection_remarks.detail ->> 'due' AS bigint) + CAST(excluded.detail ->> 'due' AS bigint)
        ),
        run_id = excluded.run_id
