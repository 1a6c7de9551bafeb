-- Pairs of results of one callback that cannot both be right and of which nobody was told, with who wrote them.
--
-- Reads: callback_conflicts, callback_attempts, callbacks, customers, communities, staff, report_recipients
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
WITH languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT
    x.callback_code,
    x.first_at,
    x.first_edition,
    x.second_at,
    x.second_edition,
    x.kind,
    coalesce(c.community_code, 'prospects') AS community_code,
    m.community_name,
    u.customer_name,
    a.outcome AS first_outcome,
    a.satisfaction AS first_satisfaction,
    a.staff_code AS first_staff_code,
    s.staff_name AS first_staff_name,
    s.email AS first_email,
    coalesce(l.language, 'zh') AS first_language,
    b.outcome AS second_outcome,
    b.satisfaction AS second_satisfaction,
    b.staff_code AS second_staff_code,
    t.staff_name AS second_staff_name,
    t.email AS second_email,
    coalesce(o.language, 'zh') AS second_language
FROM callback_conflicts AS x
INNER JOIN callback_attempts AS a
    ON x.callback_code = a.callback_code AND x.first_at = a.attempted_at AND x.first_edition = a.edition
INNER JOIN callback_attempts AS b
    ON x.callback_code = b.callback_code AND x.second_at = b.attempted_at AND x.second_edition = b.edition
INNER JOIN callbacks AS c ON x.callback_code = c.callback_code
LEFT JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN customers AS u ON c.customer_code = u.customer_code
LEFT JOIN staff AS s ON a.staff_code = s.staff_code
LEFT JOIN staff AS t ON b.staff_code = t.staff_code
LEFT JOIN languages AS l ON s.email = l.email
LEFT JOIN languages AS o ON t.email = o.email
WHERE x.told_at IS NULL
ORDER BY x.callback_code, x.first_at, x.second_at
