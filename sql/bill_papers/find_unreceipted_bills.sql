-- BILL-09: bills with paid services that are paid and whose payers got no receipt yet.
--
-- Instant: setting guanjia.as_of of the session, see viewed_at().
--
-- Reads: paid_services, cases, bills, bill_lines, billing_runs, bill_states, allocations, payments, customers, messages
-- Writes: nothing; one row per bill, with the day the money for it was in: of several payments the last
-- Rerun: no rows once their receipts are written
--
-- Params:
--   with_address (boolean): payers with a mail address; else those without, whether they got a receipt or not
--   all_runs (boolean): bills of all runs
--   run_codes (text[]): else the runs to look at
WITH billed AS (
    SELECT DISTINCT
        b.batch_no,
        b.bill_code,
        b.community_code,
        b.unit_code,
        b.customer_code
    FROM paid_services AS s
    INNER JOIN cases AS c ON s.case_code = c.case_code
    INNER JOIN bills AS b ON c.community_code = b.community_code AND c.unit_code = b.unit_code
    INNER JOIN billing_runs AS r ON b.run_code = r.run_code
    INNER JOIN bill_lines AS l
        ON
            b.batch_no = l.batch_no
            AND b.bill_code = l.bill_code
            AND l.charge_kind = 'paid_service'
            AND l.charge_source = s.case_code || '/' || CAST(s.line_no AS text)
            AND l.amount > 0
    WHERE
        r.kind = 'billing'
        AND r.state = 'posted'
        AND b.total > 0
        AND (CAST(:all_runs AS boolean) OR r.run_code = any(CAST(:run_codes AS text[])))
)

SELECT
    b.batch_no,
    b.bill_code,
    p.paid_on
FROM billed AS b
INNER JOIN customers AS k ON b.customer_code = k.customer_code
CROSS JOIN
    LATERAL (
        SELECT x.state
        FROM bill_states AS x
        WHERE
            x.community_code = b.community_code
            AND x.unit_code = b.unit_code
            AND x.bill_code = b.bill_code
    ) AS t
CROSS JOIN
    LATERAL (
        SELECT max(coalesce(y.received_on, a.allocated_on)) AS paid_on
        FROM allocations AS a
        LEFT JOIN payments AS y ON a.source_kind = 'payment' AND a.source_code = y.payment_code
        WHERE
            a.batch_no = b.batch_no
            AND a.bill_code = b.bill_code
            AND a.allocated_at <= viewed_at()
            AND (a.undone_at IS NULL OR a.undone_at > viewed_at())
    ) AS p
WHERE
    t.state = 'paid'
    AND p.paid_on IS NOT NULL
    AND (k.email IS NOT NULL) = CAST(:with_address AS boolean)
    AND (
        NOT CAST(:with_address AS boolean)
        OR NOT EXISTS (
            SELECT 1
            FROM messages AS m
            WHERE m.kind = 'service_receipt' AND m.business_key = b.bill_code
        )
    )
ORDER BY b.bill_code
