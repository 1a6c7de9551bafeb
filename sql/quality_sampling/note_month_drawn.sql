-- Notes that the acceptance plans of a month are drawn, and with it of all before it.
--
-- Reads: nothing
-- Writes: quality_progress
-- Rerun: nothing for a month noted before
--
-- Params:
--   month (text): month, YYYY-MM
--   run_id (bigint): run
UPDATE quality_progress AS p
SET
    month_drawn = CAST(:month AS text),
    run_id = CAST(:run_id AS bigint)
WHERE coalesce(p.month_drawn < CAST(:month AS text), TRUE)
