-- Holds a billing run against everybody else until the transaction ends.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: harmless
--
-- Params:
--   run_code (text): billing run
SELECT r.run_code
FROM billing_runs AS r
WHERE r.run_code = CAST(:run_code AS text)
FOR UPDATE
