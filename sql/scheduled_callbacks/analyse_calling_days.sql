-- What the planner must know of the calling days.
--
-- Reads: calling_days (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE calling_days
