-- Inspections go to the inspector they were planned for, if that person is there on the day and has room.
--
-- A weather inspection is given out whether there is room or not: every unit must be seen before the deadline.
--
-- Reads: listable_inspections, listing_inspectors
-- Writes: listable_inspections (temporary): who gets them
-- Rerun: nothing more in the same transaction
--
-- Params:
--   is_weather (bool): the weather inspections, or all others
WITH loads AS (
    SELECT
        p.staff_code,
        p.listed + count(a.inspection_code) AS listed
    FROM listing_inspectors AS p
    LEFT JOIN listable_inspections AS a ON p.staff_code = a.staff_code AND a.plan <> 'spot_check'
    GROUP BY p.staff_code, p.listed
),

wanted AS (
    SELECT
        i.inspection_code,
        p.staff_code,
        p.per_day,
        o.listed + row_number() OVER (PARTITION BY p.staff_code ORDER BY i.place) AS load
    FROM listable_inspections AS i
    INNER JOIN listing_inspectors AS p
        ON
            i.planned_staff_code = p.staff_code
            AND (p.community_code IS NULL OR i.community_code = p.community_code)
            AND (p.is_rostered OR i.is_working_day OR i.is_weather)
    INNER JOIN loads AS o ON p.staff_code = o.staff_code
    WHERE i.staff_code IS NULL AND i.plan <> 'spot_check' AND i.is_weather = CAST(:is_weather AS boolean)
)

UPDATE listable_inspections AS i
SET staff_code = w.staff_code
FROM wanted AS w
WHERE i.inspection_code = w.inspection_code AND (CAST(:is_weather AS boolean) OR w.load <= w.per_day)
