-- Closes a month, with the sums of its entries.
--
-- Reads: ledger
-- Writes: period_closes, one row
-- Rerun: fails, a month is closed once
--
-- Params:
--   period (text): month, YYYY-MM
--   closed_at (timestamptz): instant
--   closed_by (text): who closes
INSERT INTO period_closes (period, closed_at, closed_by, debit, credit)
SELECT
    CAST(:period AS text),
    CAST(:closed_at AS timestamptz),
    CAST(:closed_by AS text),
    coalesce(sum(e.debit), 0),
    coalesce(sum(e.credit), 0)
FROM ledger AS e
WHERE
    e.posted_on >= CAST(CAST(:period AS text) || '-01' AS date)
    AND e.posted_on < CAST(CAST(:period AS text) || '-01' AS date) + CAST('1 month' AS interval)
RETURNING debit, credit
