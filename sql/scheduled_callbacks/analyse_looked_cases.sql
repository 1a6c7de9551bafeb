-- What the planner must know of the cases looked at.
--
-- Reads: looked_cases (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE looked_cases
