-- What the planner must know of the facts of the day.
--
-- Reads: taken_facts (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE taken_facts
