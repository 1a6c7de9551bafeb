-- Books payments: where the money should stand, less where it is booked already.
--
-- Assigned: bank against the payer's credit; in suspense: bank against suspense. The difference to what stands in the
-- books for the payment is one balanced entry; a new reason alone makes none.
--
-- Reads: changed_payments (temporary), payment_assignments, ledger
-- Writes: ledger, the rows of one entry per payment whose money moves
-- Rerun: once per judging
--
-- Params: none
INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code
)
WITH stands AS (
    SELECT
        c.payment_code,
        'bank' AS account,
        CASE WHEN c.state = 'suspense' THEN c.books_code ELSE c.community_code END AS community_code,
        CAST(NULL AS text) AS unit_code,
        CAST(NULL AS text) AS customer_code,
        c.amount
    FROM changed_payments AS c
    UNION ALL
    SELECT
        c.payment_code,
        CASE WHEN c.state = 'suspense' THEN 'suspense' ELSE 'credit' END,
        CASE WHEN c.state = 'suspense' THEN c.books_code ELSE c.community_code END,
        CASE WHEN c.state <> 'suspense' THEN c.unit_code END,
        c.customer_code,
        -c.amount
    FROM changed_payments AS c
    UNION ALL
    SELECT
        c.payment_code,
        l.account,
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.credit - l.debit
    FROM changed_payments AS c
    INNER JOIN ledger AS l ON l.source_kind = 'payment' AND c.payment_code = l.source_code
    WHERE c.assignment_no > 1
),

moves AS (
    SELECT
        s.payment_code,
        s.account,
        s.community_code,
        s.unit_code,
        s.customer_code,
        sum(s.amount) AS amount
    FROM stands AS s
    GROUP BY s.payment_code, s.account, s.community_code, s.unit_code, s.customer_code
    HAVING sum(s.amount) <> 0
)

SELECT
    'P/' || m.payment_code || '/' || c.assignment_no || '#' || row_number() OVER (
        PARTITION BY m.payment_code
        ORDER BY m.amount DESC, m.account ASC, m.community_code ASC, m.unit_code ASC, m.customer_code ASC
    ),
    a.assigned_on,
    m.account,
    m.community_code,
    m.unit_code,
    m.customer_code,
    greatest(m.amount, 0),
    greatest(-m.amount, 0),
    'payment',
    m.payment_code,
    'P/' || m.payment_code || '/' || c.assignment_no
FROM moves AS m
INNER JOIN changed_payments AS c ON m.payment_code = c.payment_code
INNER JOIN payment_assignments AS a ON c.payment_code = a.payment_code AND c.assignment_no = a.assignment_no
