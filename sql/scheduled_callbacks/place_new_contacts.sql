-- One voice: the contacts of a day come into the customer's planned callback; who has none gets one, for all of them.
--
-- A new callback's code: H (call), M (mail) or L (manager's list) by the strongest channel of its contacts, the day, the
-- customer; of a case nobody is known for, the case. A second one on the same day has a letter after the day.
--
-- Reads: new_contacts (temporary), callbacks, callback_contacts
-- Writes: new_contacts (temporary): callback_code
-- Rerun: nothing more: only contacts without a callback are looked at
--
-- Params:
--   day (date): day planned
WITH whom AS (
    SELECT
        n.customer_code,
        CASE WHEN n.customer_code IS NULL THEN n.case_code END AS case_code,
        CASE
            WHEN bool_or(n.channel = 'call') THEN 'H'
            WHEN bool_or(n.channel = 'mail') THEN 'M'
            ELSE 'L'
        END || to_char(CAST(:day AS date), 'YYMMDD') AS stem
    FROM new_contacts AS n
    WHERE n.callback_code IS NULL
    GROUP BY n.customer_code, CASE WHEN n.customer_code IS NULL THEN n.case_code END
),

standing AS (
    SELECT
        w.customer_code,
        w.case_code,
        w.stem,
        CASE
            WHEN w.customer_code IS NULL
                THEN (
                    SELECT min(k.callback_code)
                    FROM callback_contacts AS k
                    WHERE k.case_code = w.case_code AND k.customer_code IS NULL AND k.state = 'planned'
                )
            ELSE c.callback_code
        END AS callback_code,
        w.stem || '-' || coalesce(w.customer_code, w.case_code) AS new_code
    FROM whom AS w
    LEFT JOIN callbacks AS c ON w.customer_code = c.customer_code AND c.state = 'planned'
),

named AS (
    SELECT
        s.customer_code,
        s.case_code,
        CASE
            WHEN s.callback_code IS NOT NULL THEN s.callback_code
            WHEN NOT EXISTS (
                SELECT 1
                FROM callbacks AS c
                WHERE c.callback_code = s.new_code
            ) THEN s.new_code
            ELSE (
                SELECT s.stem || min(chr(96 + g.n)) || '-' || coalesce(s.customer_code, s.case_code)
                FROM generate_series(2, 26) AS g (n)
                WHERE NOT EXISTS (
                    SELECT 1
                    FROM callbacks AS c
                    WHERE c.callback_code = s.stem || chr(96 + g.n) || '-' || coalesce(s.customer_code, s.case_code)
                )
            )
        END AS callback_code
    FROM standing AS s
)

UPDATE new_contacts AS n
SET callback_code = m.callback_code
FROM named AS m
WHERE
    n.callback_code IS NULL
    AND coalesce(n.customer_code, 'case:' || n.case_code) = coalesce(m.customer_code, 'case:' || m.case_code)
    AND (n.customer_code IS NULL) = (m.customer_code IS NULL)
