-- What the books say of a unit, by account and payer.
-- Reads: ledger, customers
-- Writes: nothing (one row per account and payer)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    g.account AS account,
    g.customer_code AS customer_code,
    c.customer_name AS customer_name,
    sum(g.debit) AS debit,
    sum(g.credit) AS credit
FROM ledger AS g
LEFT JOIN customers AS c ON g.customer_code = c.customer_code
WHERE g.community_code = :community_code AND g.unit_code = :unit_code
GROUP BY g.account, g.customer_code, c.customer_name
ORDER BY g.account ASC, g.customer_code ASC
