-- Makes room for the communities of another day.
--
-- Reads: nothing
-- Writes: drops checked_communities (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.checked_communities
