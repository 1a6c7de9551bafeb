-- Writes whose payments are, or why they wait in suspense.
--
-- Reads: changed_payments (temporary), payment_assignments
-- Writes: payment_assignments, one row per payment judged otherwise than before
-- Rerun: once per judging
--
-- Params:
--   as_of (timestamptz): instant of the run
--   posted_on (date): day of the entries of payments that were booked before
--   first_open_day (date): first day that is not in a closed month; first entries stand on the day received, or then
--   run_id (bigint): the run; null: a command
INSERT INTO payment_assignments (
    payment_code, assignment_no, state, community_code, unit_code, customer_code, reason, reverses, amount, assigned_on,
    assigned_at, assigned_by, run_id, content_digest
)
SELECT
    c.payment_code,
    c.assignment_no,
    c.state,
    c.community_code,
    c.unit_code,
    c.customer_code,
    c.reason,
    c.reverses,
    c.amount,
    CASE
        WHEN c.assignment_no = 1 THEN greatest(c.received_on, CAST(:first_open_day AS date))
        ELSE CAST(:posted_on AS date)
    END AS assigned_on,
    greatest(CAST(:as_of AS timestamptz), a.assigned_at) AS assigned_at,
    c.assigned_by,
    CAST(:run_id AS bigint),
    c.content_digest
FROM changed_payments AS c
LEFT JOIN payment_assignments AS a
    ON c.payment_code = a.payment_code AND a.assignment_no = c.assignment_no - 1
