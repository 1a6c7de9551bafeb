-- Lets the planner know what the temporary table due_units holds.
--
-- Reads: due_units (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_units (community_code, period, unit_code, unit_use, is_cut, customer_code)
