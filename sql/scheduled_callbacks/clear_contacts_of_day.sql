-- Makes room for the contacts and touched callbacks of another day.
--
-- Reads: nothing
-- Writes: empties new_contacts and touched_callbacks (temporary)
-- Rerun: nothing more
--
-- Params: none
TRUNCATE new_contacts, touched_callbacks
