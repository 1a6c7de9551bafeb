-- Keeps how far deadlines are computed, and from which policies.
--
-- Reads: nothing
-- Writes: escalation_progress, its one row
-- Rerun: writes the same row
--
-- Params:
--   computed_to (timestamptz): instant deadlines are computed for
--   policy_digest (text): digest of the compiled policies
--   run_id (bigint): run
INSERT INTO escalation_progress (pipeline, computed_to, policy_digest, run_id)
VALUES ('overdue_escalations', :computed_to, :policy_digest, :run_id)
ON CONFLICT (pipeline) DO UPDATE SET
    computed_to = excluded.computed_to,
    policy_digest = excluded.policy_digest,
    run_id = excluded.run_id
WHERE (escalation_progress.computed_to, escalation_progress.policy_digest)
IS DISTINCT FROM (excluded.computed_to, excluded.policy_digest)
