-- Statistics of a temporary table, without which its joins are planned blindly.
--
-- Reads: frame_items (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
ANALYZE frame_items
