-- Callbacks that are over, the latest first.
-- Reads: callbacks, callback_rules, customers, communities, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   state (text): only this state; null: any
--   ended_from (timestamptz): only those that ended at this instant or later
--   ended_until (timestamptz): only those that ended before this instant
--   community_code (text): only this community; null: all
--   rule_code (text): only callbacks that answer this rule; null: all
--   staff_code (text): only on this agent's list; null: everybody's
--   customer_code (text): only this customer's; null: everybody's
--   page_size (integer): rows at most
--   skip (integer): rows before the page
WITH shown AS (
    SELECT
        b.callback_code AS callback_code,
        b.rules AS rules,
        b.customer_code AS customer_code,
        b.community_code AS community_code,
        b.case_codes AS case_codes,
        b.staff_code AS staff_code,
        b.due_by AS due_by,
        b.attempts AS attempts,
        b.max_attempts AS max_attempts,
        b.channel AS channel,
        b.state AS state,
        b.promised_at AS promised_at,
        b.missed_at AS missed_at,
        b.satisfaction AS satisfaction,
        b.closed_at AS closed_at,
        b.closed_reason AS closed_reason
    FROM callbacks AS b
    WHERE
        b.state <> 'planned'
        AND b.closed_at >= CAST(:ended_from AS timestamptz)
        AND b.closed_at < CAST(:ended_until AS timestamptz)
        AND (CAST(:state AS text) IS NULL OR b.state = :state)
        AND (CAST(:community_code AS text) IS NULL OR b.community_code = :community_code)
        AND (CAST(:rule_code AS text) IS NULL OR :rule_code = any(string_to_array(b.rules, ',')))
        AND (CAST(:staff_code AS text) IS NULL OR b.staff_code = :staff_code)
        AND (CAST(:customer_code AS text) IS NULL OR b.customer_code = :customer_code)
    ORDER BY b.closed_at DESC, b.callback_code ASC
    LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
)

SELECT
    w.callback_code AS callback_code,
    w.rules AS rules,
    (
        SELECT string_agg(r.trigger, ',' ORDER BY r.priority ASC, r.rule_code ASC)
        FROM callback_rules AS r
        WHERE r.rule_code = any(string_to_array(w.rules, ','))
    ) AS triggers,
    w.customer_code AS customer_code,
    u.customer_name AS customer_name,
    u.vip AS is_vip,
    w.community_code AS community_code,
    c.community_name AS community_name,
    w.case_codes AS case_codes,
    w.staff_code AS staff_code,
    s.staff_name AS staff_name,
    w.due_by AS due_by,
    w.attempts AS attempts,
    w.max_attempts AS max_attempts,
    w.channel AS channel,
    w.state AS state,
    w.promised_at AS promised_at,
    w.missed_at AS missed_at,
    w.satisfaction AS satisfaction,
    w.closed_at AS closed_at,
    w.closed_reason AS closed_reason,
    CAST(NULL AS text) AS warned_of,
    CAST(NULL AS date) AS reckoned_on
FROM shown AS w
LEFT JOIN customers AS u ON w.customer_code = u.customer_code
LEFT JOIN communities AS c ON w.community_code = c.community_code
LEFT JOIN staff AS s ON w.staff_code = s.staff_code
ORDER BY w.closed_at DESC, w.callback_code ASC
