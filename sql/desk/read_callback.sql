-- One callback with its customer, community and agents.
-- Reads: callbacks, customers, communities, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_code (text): the callback
SELECT
    b.callback_code AS callback_code,
    b.rules AS rules,
    b.customer_code AS customer_code,
    u.customer_name AS customer_name,
    u.vip AS is_vip,
    u.do_not_call AS is_left_alone,
    b.community_code AS community_code,
    c.community_name AS community_name,
    b.staff_code AS staff_code,
    s.staff_name AS staff_name,
    b.familiar_code AS familiar_code,
    f.staff_name AS familiar_name,
    b.not_before AS not_before,
    b.due_by AS due_by,
    b.attempts AS attempts,
    b.max_attempts AS max_attempts,
    b.state AS state,
    b.satisfaction AS satisfaction,
    b.channel AS channel,
    b.planned_on AS planned_on,
    b.next_from AS next_from,
    b.promised_at AS promised_at,
    b.mailed_at AS mailed_at,
    b.missed_at AS missed_at,
    b.closed_at AS closed_at,
    b.closed_reason AS closed_reason
FROM callbacks AS b
LEFT JOIN customers AS u ON b.customer_code = u.customer_code
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN staff AS s ON b.staff_code = s.staff_code
LEFT JOIN staff AS f ON b.familiar_code = f.staff_code
WHERE b.callback_code = :callback_code
