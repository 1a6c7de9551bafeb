-- Pairs of payment and bill that hold an allocation already and get more: the old one gives way to one of the whole.
--
-- Reads: payment_shares (temporary), allocations
-- Writes: undone_allocations (temporary), one row per such pair; kept_amount is the whole
-- Rerun: once per distribution
--
-- Params: none
INSERT INTO undone_allocations (allocation_id, undone_by, kept_amount)
SELECT
    a.allocation_id,
    a.source_code,
    a.amount + sum(s.amount)
FROM payment_shares AS s
INNER JOIN allocations AS a
    ON
        a.source_kind = 'payment'
        AND s.payment_code = a.source_code
        AND s.bill_code = a.bill_code
        AND a.undone_at IS NULL
GROUP BY a.allocation_id, a.source_code, a.amount
