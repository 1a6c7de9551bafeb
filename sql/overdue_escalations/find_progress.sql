-- How far deadlines are computed, and from which policies; no row before the first run.
--
-- Reads: escalation_progress
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT
    p.computed_to,
    p.policy_digest
FROM escalation_progress AS p
