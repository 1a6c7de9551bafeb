-- CB-11: what was ever reported of some callbacks: the contents a result had before, as the history of its register keeps
-- them, and the one it has. Two workbooks that contradict each other within half an hour both count as reported.
--
-- An agent is off the roster when the month is rostered for the agents of the same community and no shift of that agent
-- begins on the day, or the evening before and reaches into it. Who is no agent (the manager, the clerk) is on no roster.
--
-- Reads: callback_results, register_history, staff, roster
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_codes (text[]): the callbacks
--   until (timestamptz): attempts made later are invisible, inclusive
WITH contents AS (
    SELECT
        h.before ->> 'callback_code' AS callback_code,
        (CAST(h.before ->> 'attempted_at' AS timestamp)) AT TIME ZONE 'Asia/Shanghai' AS attempted_at,
        h.history_id AS content_no,
        h.before ->> 'staff_code' AS staff_code,
        h.before ->> 'outcome' AS outcome,
        (CAST(h.before ->> 'call_later_at' AS timestamp)) AT TIME ZONE 'Asia/Shanghai' AS call_later_at,
        CAST(h.before ->> 'satisfaction' AS integer) AS satisfaction,
        h.before ->> 'comment' AS comment,
        h.previous_from AS loaded_from
    FROM register_history AS h
    WHERE h.dataset = 'callback_results' AND h.before ->> 'callback_code' = any(CAST(:callback_codes AS text[]))
    UNION ALL
    SELECT
        r.callback_code,
        r.attempted_at,
        9223372036854775807 AS content_no,
        r.staff_code,
        r.outcome,
        r.call_later_at,
        r.satisfaction,
        r.comment,
        r.loaded_from
    FROM callback_results AS r
    WHERE r.callback_code = any(CAST(:callback_codes AS text[]))
),

with_days AS (
    SELECT
        c.callback_code,
        c.attempted_at,
        c.content_no,
        c.staff_code,
        c.outcome,
        c.call_later_at,
        c.satisfaction,
        c.loaded_from,
        md5(CAST(row(c.staff_code, c.outcome, c.call_later_at, c.satisfaction, c.comment) AS text)) AS content_digest,
        CAST(c.attempted_at AT TIME ZONE 'Asia/Shanghai' AS date) AS attempted_on
    FROM contents AS c
    WHERE c.attempted_at <= CAST(:until AS timestamptz)
),

rostered_months AS (
    SELECT DISTINCT
        s.community_code,
        date_trunc('month', w.shift_date) AS month_start
    FROM roster AS w
    INNER JOIN staff AS s ON w.staff_code = s.staff_code
    WHERE
        s.role = 'agent'
        AND w.shift_date >= (SELECT date_trunc('month', min(d.attempted_on)) FROM with_days AS d)
        AND w.shift_date <= (SELECT max(d.attempted_on) + 31 FROM with_days AS d)
)

SELECT
    d.callback_code,
    d.attempted_at,
    d.staff_code,
    d.outcome,
    d.call_later_at,
    d.satisfaction,
    d.loaded_from,
    d.content_digest,
    d.attempted_on NOT BETWEEN coalesce(s.hired_on, date '0001-01-01') AND coalesce(s.left_on, date '9999-12-31')
        AS is_by_leaver,
    s.role = 'agent'
    AND m.month_start IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM roster AS w
        WHERE
            w.staff_code = d.staff_code
            AND coalesce(w.attendance, 'planned') NOT IN ('absent', 'leave')
            AND (
                w.shift_date = d.attempted_on
                OR (w.shift_date = d.attempted_on - 1 AND w.ends_at > d.attempted_on AT TIME ZONE 'Asia/Shanghai')
            )
    ) AS is_off_roster
FROM with_days AS d
INNER JOIN staff AS s ON d.staff_code = s.staff_code
LEFT JOIN rostered_months AS m
    ON
        s.community_code IS NOT DISTINCT FROM m.community_code
        AND date_trunc('month', d.attempted_on) = m.month_start
ORDER BY d.callback_code, d.attempted_at, d.content_no
