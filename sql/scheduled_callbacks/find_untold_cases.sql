-- Cases that callbacks and home visits opened and of which the department was not told, with what the customer said: of
-- several answers the worst.
--
-- Reads: callback_cases, cases, callback_results, home_visits, customers, communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    k.case_code,
    k.purpose,
    k.callback_code,
    k.visit_code,
    k.source_case_code,
    k.department,
    k.opened_at,
    c.community_code,
    m.community_name,
    c.unit_code,
    c.description,
    u.customer_name,
    coalesce(v.satisfaction, r.satisfaction) AS satisfaction,
    coalesce(v.comment, r.comment) AS comment,
    o.description AS source_description
FROM callback_cases AS k
INNER JOIN cases AS c ON k.case_code = c.case_code
INNER JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN cases AS o ON k.source_case_code = o.case_code
LEFT JOIN customers AS u ON k.customer_code = u.customer_code
LEFT JOIN home_visits AS v ON k.visit_code = v.visit_code
LEFT JOIN LATERAL (
    SELECT
        b.satisfaction,
        b.comment
    FROM callback_results AS b
    WHERE b.callback_code = k.callback_code AND b.satisfaction IS NOT NULL
    ORDER BY b.satisfaction ASC, b.attempted_at DESC
    LIMIT 1
) AS r ON TRUE
WHERE k.told_at IS NULL
ORDER BY k.purpose, coalesce(v.satisfaction, r.satisfaction), k.case_code
