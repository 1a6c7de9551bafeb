-- What the planner must know of the open contacts.
--
-- Reads: open_contacts (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE open_contacts
