-- Lets the planner know what the temporary table draft_codes holds.
--
-- Reads: draft_codes (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE draft_codes
