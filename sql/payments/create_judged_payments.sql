-- Room for whose each payment is, or why it waits in suspense.
--
-- Reads: nothing
-- Writes: judged_payments (temporary), empty
-- Rerun: once after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE judged_payments (
    payment_code text PRIMARY KEY,
    state text NOT NULL,
    community_code text,
    unit_code text,
    customer_code text,
    reason text NOT NULL,
    reverses text,
    amount numeric(14, 2) NOT NULL,
    assigned_by text
) ON COMMIT DROP
