-- Ends the database sessions of a delivery whose lease is over (a process that hangs, a machine that is gone), so that
-- it can begin no further message.
-- Reads: pg_locks
-- Writes: nothing
-- Rerun: nothing is left to end
-- Params:
--   lock_class (integer): first key of the lock its sessions share
--   delivery_id (bigint): second key
SELECT pg_terminate_backend(held.pid, 5000) AS is_ended
FROM pg_locks AS held
WHERE
    held.locktype = 'advisory'
    AND held.objsubid = 2
    AND held.classid = CAST(CAST(:lock_class AS integer) AS oid)
    AND held.objid = CAST(CAST(:delivery_id AS integer) AS oid)
    AND held.granted
    AND held.database = (
        SELECT here.oid
        FROM pg_database AS here
        WHERE here.datname = current_database()
    )
