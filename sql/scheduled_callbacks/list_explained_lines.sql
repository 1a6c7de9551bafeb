-- The lists a callback stood on, with how many callbacks that agent had and the others of that day had.
--
-- Reads: callback_lists, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
--   day (date): lists of later days are left out, inclusive
WITH lines AS (
    SELECT
        l.work_date,
        l.staff_code,
        l.position,
        l.tries,
        l.parts,
        l.call_at,
        l.is_carried_over,
        l.why_agent,
        l.edition,
        l.withdrawn_at
    FROM callback_lists AS l
    WHERE l.callback_code = CAST(:callback_code AS text) AND l.work_date <= CAST(:day AS date)
),

loads AS (
    SELECT
        o.work_date,
        o.staff_code,
        count(*) AS callbacks
    FROM callback_lists AS o
    WHERE
        o.withdrawn_at IS NULL
        AND o.work_date IN (
            SELECT n.work_date
            FROM lines AS n
        )
    GROUP BY o.work_date, o.staff_code
),

days AS (
    SELECT
        d.work_date,
        count(*) AS agents,
        min(d.callbacks) AS least,
        max(d.callbacks) AS most
    FROM loads AS d
    GROUP BY d.work_date
)

SELECT
    l.work_date,
    l.staff_code,
    s.staff_name,
    l.position,
    l.tries,
    l.parts,
    l.call_at,
    l.is_carried_over,
    l.why_agent,
    l.withdrawn_at,
    o.callbacks,
    d.agents,
    d.least,
    d.most
FROM lines AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
LEFT JOIN loads AS o ON l.work_date = o.work_date AND l.staff_code = o.staff_code
LEFT JOIN days AS d ON l.work_date = d.work_date
ORDER BY l.work_date ASC, l.edition ASC, l.staff_code ASC
