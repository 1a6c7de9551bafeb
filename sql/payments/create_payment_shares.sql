-- Room for what each payment pays of each bill.
--
-- Reads: nothing
-- Writes: payment_shares (temporary), empty
-- Rerun: once after its tables were dropped
--
-- Params: none
CREATE TEMPORARY TABLE payment_shares (
    payment_code text NOT NULL,
    batch_no integer NOT NULL,
    bill_code text NOT NULL,
    amount numeric(14, 2) NOT NULL
) ON COMMIT DROP
