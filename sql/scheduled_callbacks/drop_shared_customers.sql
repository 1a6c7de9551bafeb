-- Makes room for the customers of another day or trigger.
--
-- Reads: nothing
-- Writes: drops shared_customers (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.shared_customers
