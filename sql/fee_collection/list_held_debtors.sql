-- Who would get a letter now but for a dispute.
--
-- Reads: debtors, overdue_bills (temporary), disputes, units, buildings, customers
-- Writes: nothing; one row per unit and customer
-- Rerun: reads only
--
-- Params:
--   on_day (date): day of the run
SELECT
    d.community_code,
    d.unit_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    d.customer_code,
    c.customer_name,
    d.due - d.credit AS amount,
    p.dispute_code,
    p.opened_on
FROM debtors AS d
INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
INNER JOIN customers AS c ON d.customer_code = c.customer_code
INNER JOIN LATERAL (
    SELECT
        x.dispute_code,
        x.opened_on
    FROM disputes AS x
    WHERE
        x.community_code = d.community_code
        AND x.unit_code = d.unit_code
        AND coalesce(x.customer_code, d.customer_code) = d.customer_code
        AND x.opened_on <= CAST(:on_day AS date)
        AND coalesce(x.closed_on >= CAST(:on_day AS date), TRUE)
    ORDER BY x.opened_on, x.dispute_code
    LIMIT 1
) AS p ON TRUE
WHERE
    d.is_over_minimum
    AND d.is_disputed
    AND EXISTS (
        SELECT 1
        FROM overdue_bills AS o
        WHERE
            o.community_code = d.community_code
            AND o.unit_code = d.unit_code
            AND o.customer_code = d.customer_code
            AND o.next_level IS NOT NULL
    )
ORDER BY d.community_code ASC, amount DESC, d.unit_code ASC, d.customer_code ASC
