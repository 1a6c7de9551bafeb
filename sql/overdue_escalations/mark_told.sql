-- Marks escalations: that they were mailed, in the transaction that writes the mails.
--
-- Reads: escalations
-- Writes: escalations.told_at, one row per escalation given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   as_of (timestamptz): instant of the run that mails
--   escalation_ids (bigint[]): the escalations
UPDATE escalations AS e
SET told_at = :as_of
WHERE e.escalation_id = any(CAST(:escalation_ids AS bigint[])) AND e.told_at IS NULL
