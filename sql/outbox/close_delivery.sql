-- Ends a delivery and clears its notes.
-- Reads: nothing
-- Writes: mail_deliveries (end of one row), mail_progress (clears)
-- Rerun: sets the same row again
-- Params:
--   delivery_id (bigint): the delivery
--   ended_at (timestamptz): wall clock
--   problem (text): why it stopped early; null: it did not
WITH cleared AS (
    DELETE FROM mail_progress AS note
    WHERE note.delivery_id = CAST(:delivery_id AS bigint)
)

UPDATE mail_deliveries
SET ended_at = CAST(:ended_at AS timestamptz), problem = CAST(:problem AS text)
WHERE delivery_id = CAST(:delivery_id AS bigint)
