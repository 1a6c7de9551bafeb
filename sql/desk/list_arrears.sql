-- Who owes how much in a community, by age, the most first.
-- Reads: arrears, customers
-- Writes: nothing (one row per unit and payer that owes)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    a.community_code AS community_code,
    a.unit_code AS unit_code,
    a.customer_code AS customer_code,
    c.customer_name AS customer_name,
    a.balance AS balance,
    a.oldest_due_on AS oldest_due_on,
    a.not_yet_due AS not_yet_due,
    a.days_0_30 AS days_0_30,
    a.days_31_90 AS days_31_90,
    a.days_91_180 AS days_91_180,
    a.days_181_365 AS days_181_365,
    a.days_over_365 AS days_over_365
FROM arrears AS a
INNER JOIN customers AS c ON a.customer_code = c.customer_code
WHERE a.community_code = :community_code AND a.balance <> 0
ORDER BY a.balance - a.not_yet_due DESC, a.balance DESC, a.unit_code ASC, a.customer_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
