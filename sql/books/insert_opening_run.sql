-- A run that posts balances from before; it needs no approval, it repeats what was owed already.
--
-- Reads: nothing
-- Writes: billing_runs, one row
-- Rerun: fails, the row is there
--
-- Params:
--   run_code (text): its code
--   period (text): month we went live in, YYYY-MM
--   community_code (text): community
--   attempt (integer): number of the run for the month and community
--   batch_no (integer): its batch; 0: it shares the partition of small runs
--   post_no (integer): place in the community's sequence of posted runs
--   bills (integer): bills
--   lines (integer): lines
--   total (numeric): sum of the bills, yuan
--   as_of (timestamptz): instant of the run
--   posted_on (date): day of its entries
--   run_id (bigint): run that does it
INSERT INTO billing_runs (
    run_code, period, community_code, state, kind, attempt, batch_no, post_no, bills, lines, total, drafted_at,
    posted_at, posted_on, due_on, run_id
)
VALUES
(
    CAST(:run_code AS text),
    CAST(:period AS text),
    CAST(:community_code AS text),
    'posted',
    'opening',
    CAST(:attempt AS integer),
    CAST(:batch_no AS integer),
    CAST(:post_no AS integer),
    CAST(:bills AS integer),
    CAST(:lines AS integer),
    CAST(:total AS numeric),
    CAST(:as_of AS timestamptz),
    CAST(:as_of AS timestamptz),
    CAST(:posted_on AS date),
    CAST(:posted_on AS date),
    CAST(:run_id AS bigint)
)
