-- Billing runs that stand still: nobody decides on them, a gate stopped them, or they are approved and not posted.
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   shown_before (timestamptz): runs shown before this instant wait too long (exclusive)
--   drafted_before (timestamptz): drafts, and runs approved, from before this instant stand still (exclusive)
SELECT
    r.run_code AS run_code,
    r.state AS state
FROM billing_runs AS r
WHERE
    (r.state = 'awaiting_approval' AND r.shown_at < CAST(:shown_before AS timestamptz))
    OR (r.state IN ('draft', 'checked') AND r.drafted_at < CAST(:drafted_before AS timestamptz))
    OR (r.state = 'approved' AND r.decided_at < CAST(:drafted_before AS timestamptz))
ORDER BY r.run_code
