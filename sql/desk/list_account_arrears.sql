-- Who owes what for a unit, by age.
-- Reads: arrears, customers
-- Writes: nothing (one row per payer)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    a.customer_code AS customer_code,
    c.customer_name AS customer_name,
    a.balance AS balance,
    a.oldest_due_on AS oldest_due_on,
    a.not_yet_due AS not_yet_due,
    a.days_0_30 AS days_0_30,
    a.days_31_90 AS days_31_90,
    a.days_91_180 AS days_91_180,
    a.days_181_365 AS days_181_365,
    a.days_over_365 AS days_over_365,
    a.settled AS settled
FROM arrears AS a
INNER JOIN customers AS c ON a.customer_code = c.customer_code
WHERE a.community_code = :community_code AND a.unit_code = :unit_code
ORDER BY a.balance DESC, a.customer_code ASC
