-- What the quality check needs and whether it is there: reviewers, their roster of the month, what waits too long for a
-- score or for a reviewer, and whether the last week's draw had room for the minimum of every agent.
--
-- Reads: staff, roster, samples, quality_draws
-- Writes: nothing (one row)
-- Rerun: the same answer
--
-- Params:
--   on_day (date): day in Asia/Shanghai looked at; the roster is that of its month
WITH reviewers AS (
    SELECT p.staff_code
    FROM staff AS p
    WHERE
        p.role = 'reviewer'
        AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
        AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
),

last_week AS (
    SELECT
        max(d.period) AS period,
        sum(d.random_items + d.minimum_items) AS items,
        sum(d.minimum_needed) AS minimum_needed,
        sum(d.minimum_needed) > sum(d.random_items + d.minimum_items) AS is_below_minimum
    FROM quality_draws AS d
    WHERE
        d.period = (
            SELECT max(n.period)
            FROM quality_draws AS n
            WHERE n.kind = 'weekly'
        )
),

waiting AS (
    SELECT
        count(*) FILTER (WHERE s.reviewer IS NOT NULL AND d.due_on < CAST(:on_day AS date)) AS overdue,
        count(*) FILTER (WHERE s.reviewer IS NULL) AS unassigned
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE s.state = 'waiting'
)

SELECT
    (
        SELECT count(r.staff_code)
        FROM reviewers AS r
    ) AS reviewers,
    (
        SELECT count(DISTINCT o.staff_code)
        FROM roster AS o
        INNER JOIN reviewers AS r ON o.staff_code = r.staff_code
        WHERE
            o.shift_date >= CAST(date_trunc('month', CAST(:on_day AS timestamp)) AS date)
            AND o.shift_date < CAST(date_trunc('month', CAST(:on_day AS timestamp)) + interval '1 month' AS date)
    ) AS rostered,
    w.overdue,
    w.unassigned,
    l.period,
    l.items,
    l.minimum_needed,
    coalesce(l.is_below_minimum, FALSE) AS is_below_minimum
FROM waiting AS w
CROSS JOIN last_week AS l
