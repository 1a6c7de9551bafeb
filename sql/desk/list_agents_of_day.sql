-- Who has a callback list on a day: how many callbacks and calls, what came of them, and whether it was mailed.
-- Lines taken off a list again are not counted.
-- Reads: callback_lists, callbacks, callback_attempts, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   day (date): day of the lists
--   community_code (text): only agents with a customer of this community on their list; null: all
WITH lines AS (
    SELECT
        l.staff_code AS staff_code,
        l.tries AS tries,
        l.is_carried_over AS is_carried_over,
        l.call_at AS call_at,
        l.why_agent AS why_agent,
        l.edition AS edition,
        l.told_at AS told_at,
        b.community_code AS community_code,
        CASE
            WHEN b.closed_at IS NULL OR CAST((b.closed_at AT TIME ZONE 'Asia/Shanghai') AS date) > l.work_date THEN 'planned'
            ELSE b.state
        END AS state,
        (
            SELECT count(*)
            FROM callback_attempts AS a
            WHERE
                a.callback_code = l.callback_code
                AND a.attempted_at >= CAST(l.work_date AS timestamp) AT TIME ZONE 'Asia/Shanghai'
                AND a.attempted_at < CAST(l.work_date + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        ) > 0 AS is_tried
    FROM callback_lists AS l
    INNER JOIN callbacks AS b ON l.callback_code = b.callback_code
    WHERE l.work_date = CAST(:day AS date) AND l.withdrawn_at IS NULL
)

SELECT
    l.staff_code AS staff_code,
    s.staff_name AS staff_name,
    count(*) AS callbacks,
    sum(l.tries) AS calls,
    count(*) FILTER (WHERE l.is_carried_over) AS carried_over,
    count(*) FILTER (WHERE l.call_at IS NOT NULL) AS promised,
    count(*) FILTER (WHERE l.why_agent = 'reassigned') AS taken_over,
    count(*) FILTER (WHERE l.state = 'reached') AS reached,
    count(*) FILTER (WHERE l.state IN ('unreached', 'refused')) AS given_up,
    count(*) FILTER (WHERE l.state = 'planned' AND l.is_tried) AS tried,
    count(*) FILTER (WHERE l.state = 'planned' AND NOT l.is_tried) AS untouched,
    max(l.edition) AS edition,
    CASE WHEN bool_and(l.told_at IS NOT NULL) THEN max(l.told_at) END AS told_at
FROM lines AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
GROUP BY l.staff_code, s.staff_name
HAVING CAST(:community_code AS text) IS NULL OR bool_or(l.community_code = :community_code)
ORDER BY l.staff_code ASC
