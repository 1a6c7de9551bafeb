-- Lets the planner know what the temporary table draft_bills holds.
--
-- Reads: draft_bills (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE draft_bills (community_code, unit_code, customer_code)
