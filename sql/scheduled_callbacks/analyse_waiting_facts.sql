-- What the planner must know of the facts that wait.
--
-- Reads: waiting_facts (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE waiting_facts
