-- What the planner must know of what was found.
--
-- Reads: contact_channels (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE contact_channels
