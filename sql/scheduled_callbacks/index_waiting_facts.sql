-- Finds the facts of a day.
--
-- Reads: waiting_facts (temporary)
-- Writes: an index on it
-- Rerun: after the table was made anew
--
-- Params: none
CREATE INDEX ON waiting_facts (triggered_at)
