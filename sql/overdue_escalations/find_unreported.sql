-- ESC-09: never nobody. Steps whose post was filled by the next level or by nobody, or whose holder has no address or
-- serves another community by now, and that were not reported yet.
--
-- Reads: escalations, cases, communities, staff
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    e.escalation_id,
    e.case_code,
    e.milestone,
    e.level,
    e.role,
    e.staff_code,
    e.found_by,
    s.email,
    c.community_code,
    k.community_name,
    k.region
FROM escalations AS e
INNER JOIN cases AS c ON e.case_code = c.case_code
INNER JOIN communities AS k ON c.community_code = k.community_code
LEFT JOIN staff AS s ON e.staff_code = s.staff_code
WHERE
    e.reported_at IS NULL
    AND e.stood_down_at IS NULL
    AND (
        e.found_by IN ('next_level', 'nobody')
        OR (e.told_at IS NULL AND s.email IS NULL)
        OR (e.told_at IS NULL AND e.found_by NOT IN ('case', 'assigned') AND s.community_code <> c.community_code)
    )
ORDER BY c.community_code, e.role, e.case_code, e.escalation_id
FOR UPDATE OF e
