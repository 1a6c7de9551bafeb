-- Forgets which items were looked at one by one, for the candidates of the draw.
--
-- Reads: nothing
-- Writes: looked_calls, looked_cases (temporary), dropped
-- Rerun: nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.looked_calls, pg_temp.looked_cases
