-- Callbacks that would miss their window and of which nobody was told.
--
-- Reads: callback_warnings, callbacks, callback_contacts, customers, communities, staff
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    w.callback_code,
    w.due_by,
    w.reckoned_on,
    w.reason,
    coalesce(c.community_code, 'prospects') AS community_code,
    m.community_name,
    u.customer_name,
    s.staff_name,
    (
        SELECT string_agg(DISTINCT k.trigger, ',')
        FROM callback_contacts AS k
        WHERE k.callback_code = c.callback_code
    ) AS triggers,
    c.case_codes
FROM callback_warnings AS w
INNER JOIN callbacks AS c ON w.callback_code = c.callback_code
LEFT JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN customers AS u ON c.customer_code = u.customer_code
LEFT JOIN staff AS s ON c.staff_code = s.staff_code
WHERE w.told_at IS NULL
ORDER BY w.due_by, c.priority, w.callback_code
