-- What the planner must know of the customers still to be called.
--
-- Reads: shared_customers (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE shared_customers (scope, rule_code, is_call, is_joined, bucket)
