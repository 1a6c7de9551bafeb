-- Marks an approved run as posted: its place in the books, their day, and the day its bills are due.
--
-- Reads: billing_runs
-- Writes: billing_runs, the run
-- Rerun: changes nothing, the run is no longer approved
--
-- Params:
--   run_code (text): billing run
--   post_no (integer): place in the community's sequence of posted runs
--   posted_at (timestamptz): as_of of the posting
--   posted_on (date): day of its entries
--   due_on (date): day its bills are due
--   run_id (bigint): run that posts; NULL: the one that drafted it stays
UPDATE billing_runs AS r
SET
    state = 'posted',
    post_no = CAST(:post_no AS integer),
    posted_at = CAST(:posted_at AS timestamptz),
    posted_on = CAST(:posted_on AS date),
    due_on = CAST(:due_on AS date),
    run_id = coalesce(CAST(:run_id AS bigint), r.run_id)
WHERE r.run_code = CAST(:run_code AS text) AND r.state = 'approved'
