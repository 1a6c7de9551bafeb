-- Callbacks with the customer to be called and where that customer lives, for lists, the manager and letters.
--
-- The place is the unit of the first case that names one; else the units the customer has in the community on that day,
-- three at most. A prospect has none.
--
-- Reads: callbacks, callback_contacts, cases, customers, communities, occupancies
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_codes (text[]): callbacks wanted
--   work_date (date): day for which occupancies are looked up
WITH wanted AS (
    SELECT DISTINCT w.callback_code
    FROM unnest(CAST(:callback_codes AS text[])) AS w (callback_code)
)

SELECT
    b.callback_code,
    b.rules,
    b.state,
    b.channel,
    b.customer_code,
    k.customer_name,
    k.phone,
    k.preferred_language AS language,
    coalesce(k.vip, FALSE) AS is_vip,
    b.community_code,
    m.community_name,
    coalesce(
        (
            SELECT s.unit_code
            FROM callback_contacts AS t
            INNER JOIN cases AS s ON t.case_code = s.case_code
            WHERE t.callback_code = b.callback_code AND t.state = 'planned' AND s.unit_code IS NOT NULL
            ORDER BY t.priority, t.triggered_at, t.case_code
            LIMIT 1
        ),
        (
            SELECT string_agg(u.unit_code, ', ' ORDER BY u.unit_code)
            FROM (
                SELECT DISTINCT o.unit_code
                FROM occupancies AS o
                WHERE
                    o.customer_code = b.customer_code
                    AND o.community_code = b.community_code
                    AND o.start_date <= CAST(:work_date AS date)
                    AND coalesce(o.end_date >= CAST(:work_date AS date), TRUE)
                ORDER BY o.unit_code
                LIMIT 3
            ) AS u
        )
    ) AS unit_code,
    b.not_before,
    b.next_from,
    b.due_by,
    b.promised_at,
    b.missed_at,
    b.attempts,
    b.max_attempts
FROM wanted AS w
INNER JOIN callbacks AS b ON w.callback_code = b.callback_code
LEFT JOIN customers AS k ON b.customer_code = k.customer_code
LEFT JOIN communities AS m ON b.community_code = m.community_code
