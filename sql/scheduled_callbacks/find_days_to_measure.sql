-- Days whose figures are to be computed: the day itself once its last part is over; those of which attempts were judged
-- since figures were last computed, with the later days on whose lists such a callback stood and the days at whose end a
-- window seemed missed though the customer had been spoken to; and those of the last fortnight that had lists and have no
-- figures yet.
--
-- Reads: callback_attempts, callback_contacts, callback_lists, callback_days
-- Writes: nothing
-- Rerun: the same rows, or fewer once figures are newer than what was judged
--
-- Params:
--   today (date): day of the run, in Asia/Shanghai
--   is_over (boolean): its last part is over
WITH judged AS (
    SELECT DISTINCT
        a.callback_code,
        CAST(a.attempted_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day
    FROM callback_attempts AS a
    WHERE
        a.judged_at >= (
            SELECT coalesce(max(f.computed_at), '-infinity')
            FROM callback_days AS f
        )
),

found AS (
    SELECT CAST(:today AS date) AS day
    UNION
    SELECT j.day
    FROM judged AS j
    UNION
    SELECT l.work_date AS day
    FROM judged AS j
    INNER JOIN callback_lists AS l ON j.callback_code = l.callback_code AND j.day < l.work_date
    UNION
    SELECT CAST(t.due_by AT TIME ZONE 'Asia/Shanghai' AS date) AS day
    FROM judged AS j
    INNER JOIN callback_contacts AS t ON j.callback_code = t.callback_code
    WHERE t.missed_at IS NOT NULL AND t.closed_at < t.due_by
    UNION
    SELECT g.day
    FROM (
        SELECT CAST(:today AS date) - n.days AS day
        FROM generate_series(1, 14) AS n (days)
    ) AS g
    WHERE
        EXISTS (
            SELECT 1
            FROM callback_lists AS l
            WHERE l.work_date = g.day
        )
        AND NOT EXISTS (
            SELECT 1
            FROM callback_days AS f
            WHERE f.work_date = g.day
        )
)

SELECT f.day
FROM found AS f
WHERE f.day < CAST(:today AS date) OR (f.day = CAST(:today AS date) AND CAST(:is_over AS boolean))
ORDER BY f.day
