-- The reminder letters about a unit, newest first.
-- Reads: dunning, customers
-- Writes: nothing (one row per letter)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
SELECT
    d.notice_code AS notice_code,
    d.customer_code AS customer_code,
    c.customer_name AS customer_name,
    d.level AS level,
    d.run_on AS run_on,
    d.amount AS amount,
    d.state AS state,
    d.sent_at AS sent_at
FROM dunning AS d
INNER JOIN customers AS c ON d.customer_code = c.customer_code
WHERE d.community_code = :community_code AND d.unit_code = :unit_code
ORDER BY d.run_on DESC, d.notice_code DESC
LIMIT CAST(:page_size AS integer)
