-- Whether there are such a unit and such a customer, and whether the customer has ever had to do with the unit.
--
-- Reads: units, customers, occupancies, contracts, opening_balances, bills, communities
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   community_code (text): community
--   unit_code (text): unit
--   customer_code (text): customer
SELECT
    u.unit_code IS NOT NULL AS is_unit,
    c.customer_code IS NOT NULL AS is_customer,
    u.unit_code IS NOT NULL AND c.customer_code IS NOT NULL AND EXISTS (
        SELECT 1
        FROM occupancies AS o
        WHERE
            o.community_code = g.community_code
            AND o.unit_code = g.unit_code
            AND o.customer_code = g.customer_code
        UNION ALL
        SELECT 1
        FROM contracts AS k
        WHERE
            k.community_code = g.community_code
            AND k.unit_code = g.unit_code
            AND k.customer_code = g.customer_code
        UNION ALL
        SELECT 1
        FROM opening_balances AS b
        WHERE
            b.community_code = g.community_code
            AND b.unit_code = g.unit_code
            AND b.customer_code = g.customer_code
        UNION ALL
        SELECT 1
        FROM bills AS b
        WHERE
            b.community_code = g.community_code
            AND b.unit_code = g.unit_code
            AND b.customer_code = g.customer_code
        UNION ALL
        SELECT 1
        FROM communities AS d
        WHERE d.community_code = g.community_code AND d.developer_code = g.customer_code
    ) AS is_of_unit
FROM (
    VALUES (CAST(:community_code AS text), CAST(:unit_code AS text), CAST(:customer_code AS text))
) AS g (community_code, unit_code, customer_code)
LEFT JOIN units AS u ON g.community_code = u.community_code AND g.unit_code = u.unit_code
LEFT JOIN customers AS c ON g.customer_code = c.customer_code
