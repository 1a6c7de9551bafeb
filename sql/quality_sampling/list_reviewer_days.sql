-- Who scores, and on which days each is at work: on the roster and neither absent nor on leave; in a month for which the
-- reviewers of a section have no roster at all, on the working days of the office.
--
-- Reads: staff, roster, working_days_between (calendars)
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   first_day (date): first day asked for, inclusive, in Asia/Shanghai
--   last_day (date): last day asked for, inclusive
--   calendar_code (text): calendar that holds where there is no roster
--   company (text): section of reviewers without a community
WITH reviewers AS (
    SELECT
        s.staff_code,
        coalesce(s.community_code, CAST(:company AS text)) AS section,
        greatest(coalesce(s.hired_on, CAST(:first_day AS date)), CAST(:first_day AS date)) AS employed_from,
        least(coalesce(s.left_on, CAST(:last_day AS date)), CAST(:last_day AS date)) AS employed_to
    FROM staff AS s
    WHERE
        s.role = 'reviewer'
        AND coalesce(s.hired_on <= CAST(:last_day AS date), TRUE)
        AND coalesce(s.left_on >= CAST(:first_day AS date), TRUE)
),

rostered_months AS (
    SELECT DISTINCT
        v.section,
        date_trunc('month', CAST(r.shift_date AS timestamp)) AS month_start
    FROM roster AS r
    INNER JOIN reviewers AS v ON r.staff_code = v.staff_code
    WHERE
        r.shift_date >= date_trunc('month', CAST(CAST(:first_day AS date) AS timestamp))
        AND r.shift_date < date_trunc('month', CAST(CAST(:last_day AS date) AS timestamp)) + interval '1 month'
),

days_at_work AS (
    SELECT
        v.staff_code,
        r.shift_date AS day
    FROM reviewers AS v
    INNER JOIN roster AS r
        ON v.staff_code = r.staff_code AND r.shift_date BETWEEN v.employed_from AND v.employed_to
    WHERE coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
    UNION
    SELECT
        v.staff_code,
        w.day
    FROM reviewers AS v
    INNER JOIN working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
        ON w.calendar_code = CAST(:calendar_code AS text) AND w.day BETWEEN v.employed_from AND v.employed_to
    LEFT JOIN rostered_months AS m
        ON v.section = m.section AND date_trunc('month', CAST(w.day AS timestamp)) = m.month_start
    WHERE m.section IS NULL
)

SELECT
    v.staff_code,
    v.section,
    array_agg(d.day ORDER BY d.day) FILTER (WHERE d.day IS NOT NULL) AS days
FROM reviewers AS v
LEFT JOIN days_at_work AS d ON v.staff_code = d.staff_code
GROUP BY v.staff_code, v.section
ORDER BY v.staff_code
