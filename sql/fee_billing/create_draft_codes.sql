-- The billing runs just written, for their bills.
--
-- Reads: billing_runs
-- Writes: draft_codes (temporary), one row per billing run
-- Rerun: once per transaction
--
-- Params:
--   run_codes (text[]): the billing runs
CREATE TEMPORARY TABLE draft_codes ON COMMIT DROP AS
SELECT
    r.run_code,
    r.community_code,
    r.period
FROM billing_runs AS r
WHERE r.run_code = any(CAST(:run_codes AS text[]))
