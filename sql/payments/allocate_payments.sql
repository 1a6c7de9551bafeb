-- Writes what payments pay of bills, with the entry of each: credit of the payer down, receivable down.
--
-- Reads: payment_shares, free_payments, open_bills (temporary)
-- Writes: allocations, one row per payment and bill it pays; ledger, two rows for each
-- Rerun: once per distribution; a payment holds one allocation per bill
--
-- Params:
--   as_of (timestamptz): instant of the run; money and room that an undoing freed later count from then
--   posted_on (date): day of the entries
--   run_id (bigint): the run; null: a command
WITH shares AS (
    SELECT
        s.payment_code,
        s.batch_no,
        s.bill_code,
        sum(s.amount) AS amount
    FROM payment_shares AS s
    GROUP BY s.payment_code, s.batch_no, s.bill_code
),

made AS (
    INSERT INTO allocations (
        source_kind, source_code, batch_no, bill_code, community_code, unit_code, customer_code, amount, allocated_on,
        allocated_at, run_id
    )
    SELECT
        'payment' AS source_kind,
        s.payment_code,
        s.batch_no,
        s.bill_code,
        b.community_code,
        b.unit_code,
        b.customer_code,
        s.amount,
        CAST(:posted_on AS date),
        greatest(CAST(:as_of AS timestamptz), b.undone_at, f.undone_at) AS allocated_at,
        CAST(:run_id AS bigint)
    FROM shares AS s
    INNER JOIN open_bills AS b ON s.batch_no = b.batch_no AND s.bill_code = b.bill_code
    INNER JOIN free_payments AS f ON s.payment_code = f.payment_code
    ORDER BY b.community_code, b.unit_code, b.due_on, b.period, s.bill_code, s.payment_code
    RETURNING allocation_id, source_code, community_code, unit_code, customer_code, amount
)

INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code
)
SELECT
    'A/' || m.allocation_id || '#' || e.line_no,
    CAST(:posted_on AS date),
    e.account,
    m.community_code,
    CASE e.account WHEN 'credit' THEN f.unit_code ELSE m.unit_code END,
    m.customer_code,
    CASE e.account WHEN 'credit' THEN m.amount ELSE 0 END,
    CASE e.account WHEN 'credit' THEN 0 ELSE m.amount END,
    'allocation',
    CAST(m.allocation_id AS text),
    'A/' || m.allocation_id
FROM made AS m
INNER JOIN free_payments AS f ON m.source_code = f.payment_code
CROSS JOIN (VALUES (1, 'credit'), (2, 'receivable')) AS e (line_no, account)
