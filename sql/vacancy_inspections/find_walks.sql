-- Who is there on which days of the month that are left: inspectors employed and on the roster, or, where a group has no
-- roster row at all in that month, all employed in it. A group is a community with inspectors of its own, or the
-- company's inspectors (empty code).
--
-- Reads: staff, roster
-- Writes: inspection_walks (temporary), one row per inspector and day, days off included where nobody keeps a roster
-- Rerun: after it was cleared
--
-- Params:
--   day (date): first day asked for, inclusive: the day that is planned
--   month_start (date): first day of its month
--   month_end (date): last day asked for, inclusive: the last of the month
INSERT INTO inspection_walks (group_code, staff_code, day)
WITH inspectors AS (
    SELECT
        s.staff_code,
        coalesce(s.community_code, '') AS group_code,
        greatest(s.hired_on, CAST(:day AS date)) AS first_day,
        least(s.left_on, CAST(:month_end AS date)) AS last_day
    FROM staff AS s
    WHERE
        s.role = 'inspector'
        AND coalesce(s.hired_on <= CAST(:month_end AS date), TRUE)
        AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
),

shifts AS (
    SELECT
        r.staff_code,
        coalesce(s.community_code, '') AS group_code,
        r.shift_date,
        bool_or(coalesce(r.attendance NOT IN ('absent', 'leave'), TRUE)) AS is_on
    FROM roster AS r
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    WHERE
        s.role = 'inspector'
        AND r.shift_date BETWEEN CAST(:month_start AS date) AND CAST(:month_end AS date)
    GROUP BY r.staff_code, s.community_code, r.shift_date
),

rostered_groups AS (
    SELECT DISTINCT h.group_code
    FROM shifts AS h
)

SELECT
    i.group_code,
    i.staff_code,
    d.day
FROM inspectors AS i
CROSS JOIN
    LATERAL (
        SELECT CAST(s.day AS date) AS day
        FROM generate_series(CAST(i.first_day AS timestamp), CAST(i.last_day AS timestamp), interval '1 day') AS s (day)
    ) AS d
WHERE i.group_code NOT IN (SELECT g.group_code FROM rostered_groups AS g)
UNION ALL
SELECT
    i.group_code,
    i.staff_code,
    h.shift_date AS day
FROM inspectors AS i
INNER JOIN shifts AS h ON i.staff_code = h.staff_code
WHERE h.is_on AND h.shift_date BETWEEN i.first_day AND i.last_day
