-- Makes room for what the checks of another week find.
--
-- Reads: nothing
-- Writes: drops frame_facts (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.frame_facts
