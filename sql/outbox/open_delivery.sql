-- Begins a delivery, and notes that it is there: should the database server crash, the note is gone.
-- Reads: nothing but its parameters
-- Writes: mail_deliveries (one row), mail_progress (one row, message 0)
-- Rerun: another delivery begins
-- Params:
--   server (text): host:port
--   is_live (boolean): the real mail server, not the home's sink
--   at (timestamptz): wall clock
--   lease_until (timestamptz): it counts as dead later, unless renewed
WITH opened AS (
    INSERT INTO mail_deliveries (server, is_live, started_at, lease_until)
    VALUES (
        CAST(:server AS text),
        CAST(:is_live AS boolean),
        CAST(:at AS timestamptz),
        CAST(:lease_until AS timestamptz)
    )
    RETURNING mail_deliveries.delivery_id AS delivery_id
),

noted AS (
    INSERT INTO mail_progress (delivery_id, message_no, step, noted_at, connection_no)
    SELECT
        opened.delivery_id AS delivery_id,
        0 AS message_no,
        'begun' AS step,
        CAST(:at AS timestamptz) AS noted_at,
        0 AS connection_no
    FROM opened
)

SELECT opened.delivery_id AS delivery_id
FROM opened
