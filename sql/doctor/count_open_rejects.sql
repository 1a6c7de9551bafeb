-- Rejected rows that nobody has corrected yet, by dataset.
-- Reads: rejected_rows
-- Writes: nothing
-- Rerun: the same answer
SELECT
    open_row.dataset AS dataset,
    count(*) AS open_rows
FROM rejected_rows AS open_row
WHERE open_row.state = 'open'
GROUP BY open_row.dataset
ORDER BY open_row.dataset
