-- Prospects dropped of whom nobody was told.
--
-- Reads: dropped_prospects, customers
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    d.customer_code,
    'prospects' AS community_code,
    d.dropped_on,
    d.reason,
    d.words,
    u.customer_name
FROM dropped_prospects AS d
INNER JOIN customers AS u ON d.customer_code = u.customer_code
WHERE d.told_at IS NULL AND d.returned_on IS NULL
ORDER BY d.dropped_on, d.customer_code
