-- Lines of a day that were mailed to an agent and taken off that list afterwards, of which the agent was not told yet: the
-- list in the agent's hands still has them. The mail itself is the mark: its key names the day, the agent and the instant.
--
-- Reads: callback_lists, callbacks, customers, communities, staff, report_recipients, messages
-- Writes: nothing
-- Rerun: no rows once the mail is written
--
-- Params:
--   work_date (date): day of the lists
WITH withdrawn AS (
    SELECT
        l.callback_code,
        l.staff_code,
        l.position,
        concat_ws(
            '/', l.work_date, l.staff_code, to_char(l.withdrawn_at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI:SS')
        ) AS business_key
    FROM callback_lists AS l
    WHERE l.work_date = CAST(:work_date AS date) AND l.withdrawn_at IS NOT NULL AND l.told_at IS NOT NULL
),

languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT
    w.callback_code,
    w.staff_code,
    w.position,
    w.business_key,
    s.staff_name,
    s.email,
    coalesce(g.language, 'zh') AS language,
    coalesce(c.community_code, 'prospects') AS community_code,
    m.community_name,
    u.customer_name
FROM withdrawn AS w
INNER JOIN callbacks AS c ON w.callback_code = c.callback_code
INNER JOIN staff AS s ON w.staff_code = s.staff_code
LEFT JOIN customers AS u ON c.customer_code = u.customer_code
LEFT JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN languages AS g ON s.email = g.email
WHERE
    NOT EXISTS (
        SELECT 1
        FROM messages AS o
        WHERE o.kind = 'callback_withdrawn' AND o.business_key = w.business_key
    )
ORDER BY w.staff_code, w.position, w.callback_code
