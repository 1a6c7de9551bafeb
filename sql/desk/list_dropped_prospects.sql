-- Prospects that are contacted no more, with the reason; the latest first.
-- Reads: dropped_prospects, customers
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   with_returned (boolean): also those in whom interest was found again
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    p.customer_code AS customer_code,
    u.customer_name AS customer_name,
    p.dropped_on AS dropped_on,
    p.reason AS reason,
    p.words AS words,
    p.callback_code AS callback_code,
    p.returned_on AS returned_on
FROM dropped_prospects AS p
INNER JOIN customers AS u ON p.customer_code = u.customer_code
WHERE CAST(:with_returned AS boolean) OR p.returned_on IS NULL
ORDER BY p.dropped_on DESC, p.customer_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
