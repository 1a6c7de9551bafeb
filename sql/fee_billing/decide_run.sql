-- Store a person's decision on a billing run, with the digest of what they were shown.
--
-- Reads: billing_runs
-- Writes: billing_runs, at most one row: the run, if it still awaits its approval as it was shown
-- Rerun: changes nothing; a run that is decided awaits nothing
--
-- Params:
--   run_code (text): the billing run
--   decision (text): approved or rejected
--   decided_by (text): staff code, else Airflow user
--   decided_at (timestamptz): wall clock
--   shown_digest (text): digest of what was shown
--   reason (text): why rejected, or a remark; null: none
UPDATE billing_runs
SET
    state = CAST(:decision AS text),
    decision = CAST(:decision AS text),
    decision_digest = CAST(:shown_digest AS text),
    decision_reason = CAST(:reason AS text),
    decided_at = CAST(:decided_at AS timestamptz),
    approved_by = CAST(:decided_by AS text)
WHERE
    run_code = CAST(:run_code AS text)
    AND state = 'awaiting_approval'
    AND digest = CAST(:shown_digest AS text)
    AND shown_digest = CAST(:shown_digest AS text)
