-- What was added to an allocation that held already needs no row of its own.
--
-- Reads: undone_allocations (temporary), allocations
-- Writes: payment_shares (temporary), rows removed
-- Rerun: once per distribution
--
-- Params: none
DELETE FROM payment_shares AS s
USING undone_allocations AS u, allocations AS a
WHERE u.allocation_id = a.allocation_id AND s.payment_code = a.source_code AND s.bill_code = a.bill_code
