-- QC-01: a score appealed against is open until the appeal is decided, one that was final too: the appeal was made in time
-- and came in late.
--
-- Reads: nothing
-- Writes: samples, one row per appeal taken
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples
--   run_id (bigint): run
UPDATE samples AS s
SET
    state = 'appealed',
    final_at = NULL,
    run_id = CAST(:run_id AS bigint)
WHERE s.sample_code = any(CAST(:sample_codes AS text[])) AND s.state IN ('scored', 'final')
