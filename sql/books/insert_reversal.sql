-- A run of its own that takes a posted one back: the same month, bills and lines with the opposite sign.
--
-- Reads: billing_runs
-- Writes: billing_runs, one row
-- Rerun: fails, a run is reversed once
--
-- Params:
--   run_code (text): code of the reversal
--   reverses (text): run that is reversed
--   attempt (integer): number of the reversal for the month and community
--   batch_no (integer): its batch; 0: it shares the partition of small runs
--   post_no (integer): place in the community's sequence of posted runs
--   reversed_by (text): who reverses
--   reason (text): why
--   as_of (timestamptz): instant of the reversal
--   posted_on (date): day of its entries
--   run_id (bigint): run that does it; NULL: a command
INSERT INTO billing_runs (
    run_code, period, community_code, state, kind, attempt, batch_no, post_no, bills, lines, total, requested_by,
    approved_by, decision, decision_reason, decided_at, drafted_at, posted_at, posted_on, due_on, reverses, run_id
)
SELECT
    CAST(:run_code AS text),
    r.period,
    r.community_code,
    'posted',
    'reversal',
    CAST(:attempt AS integer),
    CAST(:batch_no AS integer),
    CAST(:post_no AS integer),
    r.bills,
    r.lines,
    -r.total,
    CAST(:reversed_by AS text),
    CAST(:reversed_by AS text),
    'approved',
    CAST(:reason AS text),
    CAST(:as_of AS timestamptz),
    CAST(:as_of AS timestamptz),
    CAST(:as_of AS timestamptz),
    CAST(:posted_on AS date),
    CAST(:posted_on AS date),
    r.run_code,
    CAST(:run_id AS bigint)
FROM billing_runs AS r
WHERE r.run_code = CAST(:reverses AS text)
