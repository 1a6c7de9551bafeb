-- Balanced entries of a run, one journal: what each bill's payer owes, against income by kind and the discounts the company
-- bears; deposits are held for the payer and never income (BILL-07); balances from before go against opening.
--
-- Example: a bill of 97.50 with 100.00 of shared water at a discount of 2.50: receivable 97.50 and relief 2.50 to the
-- debit, income:shared_water 100.00 to the credit.
--
-- Reads: billing_runs, bills, bill_lines
-- Writes: ledger, one row per bill, per kind of income and relief, and per unit, payer and kind of deposit; none of 0.00
-- Rerun: fails, the rows are there
--
-- Params:
--   run_code (text): run that is posted
--   posted_on (date): day of the entries
INSERT INTO ledger (
    entry_code, posted_on, account, community_code, unit_code, customer_code, debit, credit, source_kind, source_code,
    journal_code, batch_no
)
WITH posting AS MATERIALIZED (
    SELECT
        r.run_code,
        r.community_code,
        r.kind,
        r.batch_no,
        CASE r.kind WHEN 'opening' THEN 'opening' ELSE 'run' END AS source_kind,
        CASE r.kind WHEN 'opening' THEN 'O/' ELSE 'R/' END || r.run_code AS journal_code
    FROM billing_runs AS r
    WHERE r.run_code = CAST(:run_code AS text)
),

kinds AS MATERIALIZED (
    SELECT
        l.charge_kind,
        CASE WHEN l.charge_kind IN ('deposit', 'agency_deposit') THEN l.unit_code END AS unit_code,
        CASE WHEN l.charge_kind IN ('deposit', 'agency_deposit') THEN l.customer_code END AS customer_code,
        sum(l.amount) AS amount,
        sum(l.relief) AS relief
    FROM posting AS p
    INNER JOIN bills AS b ON p.batch_no = b.batch_no AND p.run_code = b.run_code
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    GROUP BY 1, 2, 3
),

sides AS (
    SELECT
        'receivable' AS account,
        b.unit_code,
        b.customer_code,
        b.total AS amount,
        b.bill_code
    FROM posting AS p
    INNER JOIN bills AS b ON p.batch_no = b.batch_no AND p.run_code = b.run_code
    UNION ALL
    SELECT
        CASE
            WHEN k.charge_kind = 'deposit' THEN 'deposits'
            WHEN k.charge_kind = 'agency_deposit' THEN 'agency_deposits'
            WHEN p.kind = 'opening' THEN 'opening'
            ELSE 'income:' || k.charge_kind
        END,
        k.unit_code,
        k.customer_code,
        -(k.amount + k.relief),
        NULL
    FROM posting AS p
    CROSS JOIN kinds AS k
    UNION ALL
    SELECT
        'relief',
        NULL,
        NULL,
        k.relief,
        NULL
    FROM kinds AS k
),

numbered AS (
    SELECT
        s.account,
        s.unit_code,
        s.customer_code,
        s.amount,
        row_number() OVER (ORDER BY s.bill_code, s.account, s.unit_code, s.customer_code, s.amount) AS line_no
    FROM sides AS s
    WHERE s.amount <> 0
)

SELECT
    p.journal_code || '#' || CAST(n.line_no AS text),
    CAST(:posted_on AS date),
    n.account,
    p.community_code,
    n.unit_code,
    n.customer_code,
    greatest(n.amount, 0),
    greatest(-n.amount, 0),
    p.source_kind,
    p.run_code,
    p.journal_code,
    p.batch_no
FROM posting AS p
CROSS JOIN numbered AS n
