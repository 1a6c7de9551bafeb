-- Lets the planner know what the temporary table due_amounts holds.
--
-- Reads: due_amounts (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_amounts (community_code, unit_code, period, charge_kind, charge_source, customer_code)
