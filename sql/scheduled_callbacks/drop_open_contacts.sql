-- Makes room for the open contacts of another day.
--
-- Reads: nothing
-- Writes: drops open_contacts, contact_ends, contact_misses, contact_channels (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.open_contacts, pg_temp.contact_ends, pg_temp.contact_misses, pg_temp.contact_channels
