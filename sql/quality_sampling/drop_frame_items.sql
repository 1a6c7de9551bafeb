-- Forgets the items that were looked at one by one for another week of the same transaction.
--
-- Reads: nothing
-- Writes: looked_calls, looked_cases, frame_items (temporary), dropped
-- Rerun: nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.looked_calls, pg_temp.looked_cases, pg_temp.frame_items
