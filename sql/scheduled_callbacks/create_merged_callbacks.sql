-- What each callback comes to by its planned contacts: those of the day, and for callbacks they join or that lost or
-- changed one, all that are still open. The window is that of the contact with the earlier one.
--
-- Reads: new_contacts, touched_callbacks (temporary), callback_contacts
-- Writes: merged_callbacks (temporary), one row per callback with an open contact, of those concerned
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE merged_callbacks ON COMMIT DROP AS
WITH concerned AS (
    SELECT t.callback_code
    FROM touched_callbacks AS t
    UNION
    SELECT n.callback_code
    FROM new_contacts AS n
),

open_contacts AS (
    SELECT
        n.callback_code,
        n.rule_code,
        n.customer_code,
        n.case_code,
        n.community_code,
        n.not_before,
        n.due_by,
        n.priority,
        n.max_attempts,
        n.channel,
        n.missed_at
    FROM new_contacts AS n
    UNION ALL
    SELECT
        k.callback_code,
        k.rule_code,
        k.customer_code,
        k.case_code,
        k.community_code,
        k.not_before,
        k.due_by,
        k.priority,
        k.max_attempts,
        k.channel,
        k.missed_at
    FROM concerned AS c
    INNER JOIN callback_contacts AS k ON c.callback_code = k.callback_code
    WHERE k.state = 'planned'
),

rules_of AS (
    SELECT
        r.callback_code,
        string_agg(r.rule_code, ',' ORDER BY r.priority, r.rule_code) AS rules
    FROM (
        SELECT
            o.callback_code,
            o.rule_code,
            min(o.priority) AS priority
        FROM open_contacts AS o
        GROUP BY o.callback_code, o.rule_code
    ) AS r
    GROUP BY r.callback_code
),

cases_of AS (
    SELECT
        r.callback_code,
        string_agg(r.case_code, ',' ORDER BY r.priority, r.case_code) AS case_codes
    FROM (
        SELECT
            o.callback_code,
            o.case_code,
            min(o.priority) AS priority
        FROM open_contacts AS o
        WHERE o.case_code IS NOT NULL
        GROUP BY o.callback_code, o.case_code
    ) AS r
    GROUP BY r.callback_code
),

windows_of AS (
    SELECT
        o.callback_code,
        min(o.customer_code) AS customer_code,
        (array_agg(o.community_code ORDER BY o.due_by, o.not_before, o.priority, o.rule_code, o.community_code))[1]
            AS community_code,
        (array_agg(o.not_before ORDER BY o.due_by, o.not_before))[1] AS not_before,
        min(o.due_by) AS due_by,
        min(o.priority) AS priority,
        max(o.max_attempts) AS max_attempts,
        min(o.missed_at) AS missed_at,
        CASE
            WHEN bool_or(o.channel = 'call') THEN 'call'
            WHEN bool_or(o.channel = 'mail') THEN 'mail'
            ELSE 'manager'
        END AS channel
    FROM open_contacts AS o
    GROUP BY o.callback_code
)

SELECT
    w.callback_code,
    r.rules,
    w.customer_code,
    s.case_codes,
    w.community_code,
    w.not_before,
    w.due_by,
    w.priority,
    w.max_attempts,
    w.missed_at,
    w.channel
FROM windows_of AS w
INNER JOIN rules_of AS r ON w.callback_code = r.callback_code
LEFT JOIN cases_of AS s ON w.callback_code = s.callback_code
