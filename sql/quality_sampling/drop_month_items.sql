-- Forgets the items of the month looked at before.
--
-- Reads: nothing
-- Writes: drops month_items (temporary)
-- Rerun: changes nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.month_items
