-- Remember exactly what a second person was shown.
-- Reads: change_requests
-- Writes: change_requests (one row)
-- Rerun: shown again, the newest counts
-- Params:
--   change_id (bigint): the change
--   run_id (bigint): the run that asks
--   digest (text): digest of the rows shown
--   asked_at (timestamptz): wall clock
UPDATE change_requests AS q
SET
    digest = :digest,
    asked_at = :asked_at
WHERE
    q.change_id = :change_id
    AND q.run_id = :run_id
