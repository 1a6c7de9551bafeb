-- A person says whose a payment is, or what a negative one takes back.
--
-- Reads: waiting_payments, judged_payments (temporary)
-- Writes: judged_payments (temporary), one row
-- Rerun: once per judging
--
-- Params:
--   payment_code (text): the payment
--   community_code (text): community of the unit
--   unit_code (text): unit it was paid for
--   customer_code (text): customer whose it is
--   reverses (text): payment it takes back; null: none
--   assigned_by (text): who decided
INSERT INTO judged_payments (
    payment_code, state, community_code, unit_code, customer_code, reason, reverses, amount, assigned_by
)
SELECT
    w.payment_code,
    CASE WHEN CAST(:reverses AS text) IS NULL THEN 'assigned' ELSE 'reversal' END AS state,
    CAST(:community_code AS text),
    CAST(:unit_code AS text),
    CAST(:customer_code AS text),
    'by_hand',
    CAST(:reverses AS text),
    w.amount,
    CAST(:assigned_by AS text)
FROM waiting_payments AS w
WHERE w.payment_code = CAST(:payment_code AS text)
