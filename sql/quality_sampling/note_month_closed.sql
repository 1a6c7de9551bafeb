-- Notes that a month is closed, and with it all before it.
--
-- Reads: nothing
-- Writes: quality_progress
-- Rerun: writes the same
--
-- Params:
--   period (text): month, YYYY-MM
--   run_id (bigint): run
UPDATE quality_progress AS p
SET
    month_closed = CAST(:period AS text),
    run_id = CAST(:run_id AS bigint)
WHERE coalesce(p.month_closed < CAST(:period AS text), TRUE)
