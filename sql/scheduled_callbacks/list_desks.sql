-- The agents who can call on a day, with what stands on their lists already and the tries they have left.
--
-- A callback counts with the tries reserved for it, or with the attempts reported, if these are more; attempts at
-- callbacks that are not (any more) on the agent's list count too.
--
-- Reads: calling_agents (temporary), callback_lists, callback_results
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   at (timestamptz): instant of the run; attempts after it are not known
WITH reported AS (
    SELECT
        r.staff_code,
        r.callback_code,
        count(*) AS attempts
    FROM callback_results AS r
    WHERE
        r.attempted_at >= CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND r.attempted_at <= CAST(:at AS timestamptz)
    GROUP BY r.staff_code, r.callback_code
),

listed AS (
    SELECT
        l.staff_code,
        l.callback_code,
        l.tries
    FROM callback_lists AS l
    WHERE l.work_date = CAST(:day AS date) AND l.withdrawn_at IS NULL
),

loads AS (
    SELECT
        coalesce(l.staff_code, r.staff_code) AS staff_code,
        count(l.callback_code) AS listed,
        sum(greatest(l.tries, r.attempts)) AS reserved
    FROM listed AS l
    FULL JOIN reported AS r ON l.staff_code = r.staff_code AND l.callback_code = r.callback_code
    GROUP BY coalesce(l.staff_code, r.staff_code)
),

editions AS (
    SELECT
        e.staff_code,
        max(e.position) AS last_position,
        max(e.edition) AS edition,
        max(e.edition) FILTER (WHERE e.told_at IS NOT NULL) AS told_edition
    FROM callback_lists AS e
    WHERE e.work_date = CAST(:day AS date)
    GROUP BY e.staff_code
)

SELECT
    a.staff_code,
    a.scope,
    a.mask,
    a.shifts,
    CAST(coalesce(o.listed, 0) AS integer) AS listed,
    CAST(greatest(a.capacity - coalesce(o.reserved, 0), 0) AS integer) AS room,
    coalesce(e.last_position, 0) AS last_position,
    coalesce(greatest(e.edition, e.told_edition + 1), 1) AS edition
FROM calling_agents AS a
LEFT JOIN loads AS o ON a.staff_code = o.staff_code
LEFT JOIN editions AS e ON a.staff_code = e.staff_code
WHERE a.day = CAST(:day AS date)
ORDER BY a.staff_code
