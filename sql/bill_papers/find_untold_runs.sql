-- Posted runs with bills whose payers were not told yet. Bills are told in the order of their codes, so a run is told when
-- its last bill is. Balances from before (kind opening) are not told: their payers got those bills elsewhere.
--
-- Reads: billing_runs, bills, bill_deliveries
-- Writes: nothing; one row per run, earliest posted first
-- Rerun: no rows once all are told
--
-- Params:
--   as_of (timestamptz): instant of the run that tells, inclusive
--   all_runs (boolean): look at all runs
--   run_codes (text[]): else the runs to look at
SELECT
    r.run_code,
    r.batch_no
FROM billing_runs AS r
CROSS JOIN
    LATERAL (
        SELECT max(b.bill_code) AS bill_code
        FROM bills AS b
        WHERE
            b.batch_no = r.batch_no
            AND b.run_code = r.run_code
            AND b.bill_code >= r.run_code || '-'
            AND b.bill_code <= r.run_code || '-999999999'
    ) AS l
WHERE
    r.state = 'posted'
    AND r.kind IN ('billing', 'reversal')
    AND r.posted_at <= :as_of
    AND (CAST(:all_runs AS boolean) OR r.run_code = any(CAST(:run_codes AS text[])))
    AND l.bill_code IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM bill_deliveries AS d
        WHERE d.batch_no = r.batch_no AND d.bill_code = l.bill_code
    )
ORDER BY r.posted_at, r.run_code
