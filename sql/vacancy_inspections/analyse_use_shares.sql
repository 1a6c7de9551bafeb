-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: use_shares (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE use_shares
