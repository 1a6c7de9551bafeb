-- What the planner must know of the facts.
--
-- Reads: case_facts (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE case_facts
