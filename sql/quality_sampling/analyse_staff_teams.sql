-- Tells the planner what staff teams there are.
--
-- Reads: staff_teams (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE staff_teams
