-- An agent's list of a day, line by line, with what the day's calls came to.
-- Reads: callback_lists, callbacks, callback_rules, callback_attempts, customers, communities, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   day (date): day of the list
--   staff_code (text): the agent
SELECT
    s.staff_name AS staff_name,
    l.position AS position,
    l.tries AS tries,
    l.call_at AS call_at,
    l.is_carried_over AS is_carried_over,
    l.why_agent AS why_agent,
    l.withdrawn_at AS withdrawn_at,
    b.callback_code AS callback_code,
    b.rules AS rules,
    (
        SELECT string_agg(r.trigger, ',' ORDER BY r.priority ASC, r.rule_code ASC)
        FROM callback_rules AS r
        WHERE r.rule_code = any(string_to_array(b.rules, ','))
    ) AS triggers,
    b.case_codes AS case_codes,
    b.due_by AS due_by,
    b.state AS state,
    b.satisfaction AS satisfaction,
    b.customer_code AS customer_code,
    u.customer_name AS customer_name,
    u.vip AS is_vip,
    c.community_name AS community_name,
    a.attempted_at AS attempted_at,
    a.outcome AS outcome,
    a.tried AS tried
FROM callback_lists AS l
INNER JOIN callbacks AS b ON l.callback_code = b.callback_code
INNER JOIN staff AS s ON l.staff_code = s.staff_code
LEFT JOIN customers AS u ON b.customer_code = u.customer_code
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN LATERAL (
    SELECT
        m.attempted_at AS attempted_at,
        m.outcome AS outcome,
        count(*) OVER () AS tried
    FROM callback_attempts AS m
    WHERE
        m.callback_code = l.callback_code
        AND m.verdict <> 'superseded'
        AND m.attempted_at >= CAST(l.work_date AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND m.attempted_at < CAST(l.work_date + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    ORDER BY m.attempted_at DESC
    LIMIT 1
) AS a ON TRUE
WHERE l.work_date = CAST(:day AS date) AND l.staff_code = :staff_code
ORDER BY l.withdrawn_at IS NOT NULL ASC, l.position ASC, l.edition ASC
