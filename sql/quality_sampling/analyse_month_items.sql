-- Statistics of the items of a month, for the statements that follow.
--
-- Reads: month_items (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE month_items
