-- Statistics of a temporary table, without which its joins are planned blindly.
--
-- Reads: call_candidates (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
ANALYZE call_candidates
