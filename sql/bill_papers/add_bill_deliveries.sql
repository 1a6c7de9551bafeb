-- Notes which way bills go to their payers, in the transaction that writes the mails.
--
-- Reads: billing_runs (locked: a run that is reversed meanwhile is told no more)
-- Writes: bill_deliveries, one row per bill that has none; returns the bills it wrote
-- Rerun: writes nothing; who told a bill first has told it
--
-- Params:
--   run_code (text): the run of all of them
--   batch_nos (integer[]): batch of each bill
--   bill_codes (text[]): the bills
--   community_codes (text[]): community of each
--   building_codes (text[]): building of each
--   customer_codes (text[]): payer of each
--   ways (text[]): mail, print or none
--   at (timestamptz): instant they are told for
--   run_id (bigint): run that tells
INSERT INTO bill_deliveries (
    batch_no, bill_code, run_code, community_code, building_code, customer_code, way, told_at, run_id
)
WITH posted AS (
    SELECT r.run_code
    FROM billing_runs AS r
    WHERE r.run_code = :run_code AND r.state = 'posted'
    FOR SHARE
)

SELECT
    w.batch_no,
    w.bill_code,
    p.run_code,
    w.community_code,
    w.building_code,
    w.customer_code,
    w.way,
    :at,
    :run_id
FROM posted AS p
CROSS JOIN
    unnest(
        CAST(:batch_nos AS integer[]),
        CAST(:bill_codes AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:building_codes AS text[]),
        CAST(:customer_codes AS text[]),
        CAST(:ways AS text[])
    ) AS w (batch_no, bill_code, community_code, building_code, customer_code, way)
ON CONFLICT DO NOTHING
RETURNING bill_code
