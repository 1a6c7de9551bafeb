-- Deliveries that have not ended: alive, or dead without having said so.
-- Reads: mail_deliveries
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   at (timestamptz): wall clock; a lease ending at or before it is over
SELECT
    delivery.delivery_id AS delivery_id,
    delivery.lease_until <= CAST(:at AS timestamptz) AS is_overdue
FROM mail_deliveries AS delivery
WHERE delivery.ended_at IS NULL
ORDER BY delivery.delivery_id
