-- Callbacks as the pages list them, in the order asked for; of those still to be made also whether they would miss their
-- window.
-- Reads: callbacks, callback_warnings, callback_rules, customers, communities, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_codes (text[]): callbacks, in their order
SELECT
    b.callback_code AS callback_code,
    b.rules AS rules,
    (
        SELECT string_agg(r.trigger, ',' ORDER BY r.priority ASC, r.rule_code ASC)
        FROM callback_rules AS r
        WHERE r.rule_code = any(string_to_array(b.rules, ','))
    ) AS triggers,
    b.customer_code AS customer_code,
    u.customer_name AS customer_name,
    u.vip AS is_vip,
    b.community_code AS community_code,
    c.community_name AS community_name,
    b.case_codes AS case_codes,
    b.staff_code AS staff_code,
    s.staff_name AS staff_name,
    b.due_by AS due_by,
    b.attempts AS attempts,
    b.max_attempts AS max_attempts,
    b.channel AS channel,
    b.state AS state,
    b.promised_at AS promised_at,
    b.missed_at AS missed_at,
    b.satisfaction AS satisfaction,
    b.closed_at AS closed_at,
    b.closed_reason AS closed_reason,
    k.reason AS warned_of,
    k.reckoned_on AS reckoned_on
FROM unnest(CAST(:callback_codes AS text[])) WITH ORDINALITY AS w (callback_code, place)
INNER JOIN callbacks AS b ON w.callback_code = b.callback_code
LEFT JOIN callback_warnings AS k ON b.callback_code = k.callback_code AND b.due_by = k.due_by AND b.state = 'planned'
LEFT JOIN customers AS u ON b.customer_code = u.customer_code
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN staff AS s ON b.staff_code = s.staff_code
ORDER BY w.place
