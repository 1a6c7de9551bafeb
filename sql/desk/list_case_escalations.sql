-- Who was told of one case's deadlines, when, and what became of it.
-- Reads: escalations, staff
-- Writes: nothing (one row per deadline, level and role)
-- Rerun: reads only
-- Params:
--   case_code (text): the case
SELECT
    e.escalation_id AS escalation_id,
    e.milestone AS milestone,
    e.occurrence AS occurrence,
    e.level AS level,
    e.role AS role,
    e.staff_code AS staff_code,
    s.staff_name AS staff_name,
    s.login AS login,
    e.raised_at AS raised_at,
    e.told_at AS told_at,
    e.acknowledged_at AS acknowledged_at,
    e.stood_down_at AS stood_down_at,
    e.found_by AS found_by,
    e.is_emergency AS is_emergency
FROM escalations AS e
LEFT JOIN staff AS s ON e.staff_code = s.staff_code
WHERE e.case_code = :case_code
ORDER BY e.raised_at ASC, e.level ASC, e.milestone ASC, e.role ASC
