-- Takes the lock of a delivery that no longer holds it, until the end of the transaction; others keep their hands off.
-- Reads: nothing
-- Writes: nothing
-- Rerun: the same transaction holds it twice, which does no harm
-- Params:
--   lock_class (integer): first key of the lock
--   delivery_id (bigint): second key
SELECT pg_try_advisory_xact_lock(CAST(:lock_class AS integer), CAST(:delivery_id AS integer)) AS is_taken
