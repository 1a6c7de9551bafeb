-- Marks escalations: that their standing down was mailed, in the transaction that writes the mails.
--
-- Reads: escalations
-- Writes: escalations.stand_down_told_at, one row per escalation given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   as_of (timestamptz): instant of the run that mails
--   escalation_ids (bigint[]): the escalations
UPDATE escalations AS e
SET stand_down_told_at = :as_of
WHERE e.escalation_id = any(CAST(:escalation_ids AS bigint[])) AND e.stand_down_told_at IS NULL
