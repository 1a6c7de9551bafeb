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
    SELECT
        b.callback_code,
        b.customer_code,
        b.community_code
    FROM callbacks AS b
    WHERE b.callback_code = any(CAST(:callback_codes AS text[]))
),

units_of_cases AS (
    SELECT DISTINCT ON (t.callback_code)
        t.callback_code,
        s.unit_code
    FROM wanted AS w
    INNER JOIN callback_contacts AS t ON w.callback_code = t.callback_code
    INNER JOIN cases AS s ON t.case_code = s.case_code
    WHERE s.unit_code IS NOT NULL
    ORDER BY t.callback_code ASC, t.state = 'planned' DESC, t.priority ASC, t.triggered_at ASC, t.case_code ASC
),

units_lived_in AS (
    SELECT
        w.callback_code,
        o.unit_code,
        row_number() OVER (PARTITION BY w.callback_code ORDER BY o.unit_code) AS place
    FROM wanted AS w
    INNER JOIN occupancies AS o ON w.customer_code = o.customer_code AND w.community_code = o.community_code
    WHERE
        o.start_date <= CAST(:work_date AS date)
        AND coalesce(o.end_date >= CAST(:work_date AS date), TRUE)
    GROUP BY w.callback_code, o.unit_code
),

units_of_customers AS (
    SELECT
        v.callback_code,
        string_agg(v.unit_code, ', ' ORDER BY v.unit_code) AS unit_codes
    FROM units_lived_in AS v
    WHERE v.place <= 3
    GROUP BY v.callback_code
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
    coalesce(s.unit_code, u.unit_codes) AS unit_code,
    b.not_before,
    b.next_from,
    b.due_by,
    b.promised_at,
    b.missed_at,
    b.attempts,
    b.max_attempts
FROM callbacks AS b
LEFT JOIN customers AS k ON b.customer_code = k.customer_code
LEFT JOIN communities AS m ON b.community_code = m.community_code
LEFT JOIN units_of_cases AS s ON b.callback_code = s.callback_code
LEFT JOIN units_of_customers AS u ON b.callback_code = u.callback_code
WHERE b.callback_code = any(CAST(:callback_codes AS text[]))
