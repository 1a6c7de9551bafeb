-- Lets the planner know what the temporary table due_discounts holds.
--
-- Reads: due_discounts (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_discounts
