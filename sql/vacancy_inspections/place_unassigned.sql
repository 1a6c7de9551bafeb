-- Units nobody can walk to are planned all the same, without an inspector: on the last working day left where the
-- capacity is used up, spread over the working days left where there is nobody or no capacity at all, on the last day
-- of the month where no working day is left. One whose inspector is not there any more keeps its day; one that had nobody
-- before stays as it is.
--
-- Reads: inspection_slots, inspection_placements, inspection_work_days (temporary)
-- Writes: inspection_placements (temporary), one row per unit without a place
-- Rerun: places what has none
--
-- Params:
--   day (date): day that is planned, inclusive
--   month_end (date): last day of its month, inclusive
UPDATE inspection_placements AS p
SET
    reason = f.reason,
    due_on = CASE
        WHEN p.waiting_code IS NOT NULL THEN p.waiting_due_on
        WHEN f.reason = 'no_working_day' THEN CAST(:month_end AS date)
        WHEN f.reason = 'over_capacity' THEN f.days[cardinality(f.days)]
        ELSE f.days[1 + f.unit_no * cardinality(f.days) / f.units]
    END
FROM (
    WITH days_left AS (
        SELECT
            d.calendar_code,
            array_agg(d.day ORDER BY d.day) AS days
        FROM inspection_work_days AS d
        WHERE d.day BETWEEN CAST(:day AS date) AND CAST(:month_end AS date)
        GROUP BY d.calendar_code
    )

    SELECT
        w.community_code,
        w.unit_code,
        l.days,
        row_number() OVER (
            PARTITION BY w.community_code, w.waiting_code IS NULL
            ORDER BY w.building_code, w.unit_code
        ) - 1 AS unit_no,
        count(*) OVER (PARTITION BY w.community_code, w.waiting_code IS NULL) AS units,
        CASE
            WHEN l.days IS NULL THEN 'no_working_day'
            WHEN w.per_day = 0 THEN 'no_capacity'
            WHEN
                NOT EXISTS (
                    SELECT 1 FROM inspection_slots AS s
                    WHERE s.group_code IN (w.group_code, '')
                )
                THEN 'no_inspector'
            ELSE 'over_capacity'
        END AS reason
    FROM inspection_placements AS w
    LEFT JOIN days_left AS l ON w.calendar_code = l.calendar_code
    WHERE w.due_on IS NULL AND NOT w.had_nobody
) AS f
WHERE p.community_code = f.community_code AND p.unit_code = f.unit_code
