-- Statistics of a temporary table, without which its joins are planned blindly.
--
-- Reads: looked_calls (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
ANALYZE looked_calls
