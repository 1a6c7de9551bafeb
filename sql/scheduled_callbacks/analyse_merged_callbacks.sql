-- What the planner must know of the callbacks concerned.
--
-- Reads: merged_callbacks (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE merged_callbacks
