-- Makes room for the settings of another day.
--
-- Reads: nothing
-- Writes: drops called_communities (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.called_communities
