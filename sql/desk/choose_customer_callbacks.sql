-- A customer's callbacks, open and over, the latest first.
-- Reads: callbacks
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   customer_code (text): the customer
--   page_size (integer): rows at most
SELECT b.callback_code
FROM callbacks AS b
WHERE b.customer_code = :customer_code
ORDER BY b.closed_at DESC NULLS FIRST, b.callback_code DESC
LIMIT CAST(:page_size AS integer)
