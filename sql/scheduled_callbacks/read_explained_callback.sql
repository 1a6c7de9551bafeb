-- A callback with its customer, community, agents and run, for its explanation.
--
-- Reads: callbacks, customers, communities, staff, runs
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
SELECT
    b.callback_code,
    b.rules,
    b.customer_code,
    u.customer_name,
    c.community_name,
    b.staff_code,
    s.staff_name,
    b.familiar_code,
    f.staff_name AS familiar_name,
    b.not_before,
    b.due_by,
    b.attempts,
    b.max_attempts,
    b.state,
    b.satisfaction,
    b.channel,
    b.planned_on,
    b.used_parts,
    b.next_from,
    b.promised_at,
    b.promises,
    b.mailed_at,
    b.missed_at,
    b.closed_at,
    b.closed_reason,
    r.run_code
FROM callbacks AS b
LEFT JOIN customers AS u ON b.customer_code = u.customer_code
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN staff AS s ON b.staff_code = s.staff_code
LEFT JOIN staff AS f ON b.familiar_code = f.staff_code
LEFT JOIN runs AS r ON b.run_id = r.run_id
WHERE b.callback_code = CAST(:callback_code AS text)
