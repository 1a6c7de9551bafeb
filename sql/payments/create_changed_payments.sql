-- Payments whose judgement differs from the assignment that holds; the others stay as they are.
--
-- Reads: waiting_payments, judged_payments (temporary), payment_assignments
-- Writes: changed_payments (temporary), one row per payment to assign. is_moved: what it paid before is to be undone
-- Rerun: once after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE changed_payments ON COMMIT DROP AS
SELECT
    j.payment_code,
    coalesce(w.assignment_no, 0) + 1 AS assignment_no,
    j.state,
    j.community_code,
    j.unit_code,
    j.customer_code,
    j.reason,
    j.reverses,
    j.amount,
    j.assigned_by,
    w.received_on,
    w.content_digest,
    w.books_code,
    (
        j.state IS DISTINCT FROM w.state
        OR j.community_code IS DISTINCT FROM w.held_community
        OR j.unit_code IS DISTINCT FROM w.held_unit
        OR j.customer_code IS DISTINCT FROM w.held_customer
    ) AS is_moved
FROM judged_payments AS j
INNER JOIN waiting_payments AS w ON j.payment_code = w.payment_code
WHERE
    w.content_digest IS DISTINCT FROM w.held_digest
    OR j.state IS DISTINCT FROM w.state
    OR j.community_code IS DISTINCT FROM w.held_community
    OR j.unit_code IS DISTINCT FROM w.held_unit
    OR j.customer_code IS DISTINCT FROM w.held_customer
    OR j.reason IS DISTINCT FROM w.held_reason
    OR j.reverses IS DISTINCT FROM w.held_reverses
    OR j.amount IS DISTINCT FROM w.held_amount
    OR j.assigned_by IS DISTINCT FROM w.held_by
