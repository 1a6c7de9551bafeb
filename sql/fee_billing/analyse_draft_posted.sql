-- Lets the planner know what the temporary table draft_posted holds.
--
-- Reads: draft_posted (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE draft_posted (community_code, unit_code, period, charge_kind, charge_source, customer_code)
