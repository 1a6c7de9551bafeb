-- Shared costs whose shares a reversed run had posted: their shares no longer hold, the next run splits them anew.
--
-- Reads: utility_pools
-- Writes: utility_pools, those of the run
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): run that is reversed
--   run_id (bigint): run that does it; NULL: a command
UPDATE utility_pools AS p
SET
    run_code = NULL,
    run_id = coalesce(CAST(:run_id AS bigint), p.run_id)
WHERE p.run_code = CAST(:run_code AS text)
