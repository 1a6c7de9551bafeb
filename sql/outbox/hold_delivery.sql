-- Holds the lock that tells others this delivery is alive; each of its sessions shares it. The database gives it back
-- the moment the process dies.
-- Reads: nothing
-- Writes: nothing
-- Rerun: the same session holds it twice, which does no harm
-- Params:
--   lock_class (integer): first key of the lock
--   delivery_id (bigint): second key
SELECT pg_try_advisory_lock_shared(CAST(:lock_class AS integer), CAST(:delivery_id AS integer)) AS is_held
