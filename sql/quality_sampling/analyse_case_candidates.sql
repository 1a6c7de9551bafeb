-- Statistics of a temporary table, without which its joins are planned blindly.
--
-- Reads: case_candidates (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
ANALYZE case_candidates
