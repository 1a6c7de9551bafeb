-- What the planner must know of the rules.
--
-- Reads: rules_in_force (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE rules_in_force
