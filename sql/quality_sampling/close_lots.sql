-- The lots of a month are closed: what becomes of scores later does not change them.
--
-- Reads: nothing
-- Writes: quality_lots
-- Rerun: writes nothing
--
-- Params:
--   period (text): month, YYYY-MM
--   at (timestamptz): instant it is closed at
--   run_id (bigint): run
UPDATE quality_lots AS l
SET
    is_final = TRUE,
    computed_at = CAST(:at AS timestamptz),
    run_id = CAST(:run_id AS bigint)
WHERE l.period = CAST(:period AS text) AND NOT l.is_final
