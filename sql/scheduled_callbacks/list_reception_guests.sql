-- Customers of some communities who can be told of a reception day by mail: in occupancy that day, each once.
--
-- Reads: occupancies, customers
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   community_code (text): community
--   event_on (date): day of the reception
SELECT DISTINCT ON (u.email)
    u.customer_name,
    u.email,
    coalesce(u.preferred_language, 'zh') AS language
FROM occupancies AS o
INNER JOIN customers AS u ON o.customer_code = u.customer_code
WHERE
    o.community_code = CAST(:community_code AS text)
    AND u.email IS NOT NULL
    AND o.start_date <= CAST(:event_on AS date)
    AND coalesce(o.end_date >= CAST(:event_on AS date), TRUE)
ORDER BY u.email, u.customer_code
