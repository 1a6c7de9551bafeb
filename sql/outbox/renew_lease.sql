-- A delivery says that it is alive and working.
-- Reads: nothing
-- Writes: mail_deliveries (one row)
-- Rerun: sets the same row again
-- Params:
--   delivery_id (bigint): the delivery
--   lease_until (timestamptz): it counts as dead later, unless renewed
UPDATE mail_deliveries
SET lease_until = CAST(:lease_until AS timestamptz)
WHERE delivery_id = CAST(:delivery_id AS bigint)
