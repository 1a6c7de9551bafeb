-- QC-01: scores whose time for an appeal is over are final.
--
-- Reads: nothing
-- Writes: samples, one row each
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant of the run; times that end before it are over
--   run_id (bigint): run
UPDATE samples AS s
SET
    state = 'final',
    final_at = CAST(:at AS timestamptz),
    run_id = CAST(:run_id AS bigint)
WHERE s.state = 'scored' AND s.told_at IS NOT NULL AND s.appeal_until < CAST(:at AS timestamptz)
