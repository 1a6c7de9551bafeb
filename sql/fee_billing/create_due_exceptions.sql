-- What is not billed, with the reason, for the approval.
--
-- Reads: nothing
-- Writes: due_exceptions (temporary), empty; one row per month, reason and subject, as billing_exceptions keeps them
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_exceptions (
    kind text NOT NULL,
    period text NOT NULL,
    subject text NOT NULL,
    community_code text NOT NULL,
    unit_code text,
    meter_code text,
    charge_kind text,
    unit_use text,
    units integer NOT NULL,
    detail jsonb NOT NULL
) ON COMMIT DROP
