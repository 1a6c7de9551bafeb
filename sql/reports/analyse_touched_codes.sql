-- Lets the planner know how few cases were touched: the list of changed cases says nothing of its size.
--
-- Reads: touched_codes (temporary)
-- Writes: its statistics
-- Rerun: the same
--
-- Params: none
ANALYZE touched_codes
