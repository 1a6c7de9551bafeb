-- At the end of a delivery, the messages it still holds: those never begun are free again; one that was begun and has
-- no known fate was cut off around the handover, and becomes unknown until a person decides. If the notes were lost in
-- a crash of the database server, and the delivery itself is gone too, all of them are unknown.
-- Reads: messages, mail_progress
-- Writes: messages (state), message_attempts (one row per message given up as unknown)
-- Rerun: nothing is left to release
-- Params:
--   delivery_id (bigint): the delivery
--   at (timestamptz): wall clock
WITH held AS (
    SELECT
        message.message_no AS message_no,
        (
            EXISTS (
                SELECT 1 AS is_there
                FROM mail_progress AS present
                WHERE present.delivery_id = CAST(:delivery_id AS bigint) AND present.message_no = 0
            )
            AND NOT EXISTS (
                SELECT 1 AS is_there
                FROM mail_progress AS begun
                WHERE
                    begun.delivery_id = CAST(:delivery_id AS bigint)
                    AND begun.message_no = message.message_no
            )
        ) AS is_untouched
    FROM messages AS message
    WHERE message.leased_by = CAST(:delivery_id AS bigint) AND message.state IN ('sending', 'unknown')
),

freed AS (
    UPDATE messages AS untouched
    SET state = 'pending', leased_by = NULL
    FROM held
    WHERE untouched.message_no = held.message_no AND held.is_untouched
),

given_up AS (
    UPDATE messages AS cut_off
    SET
        state = 'unknown',
        attempts = cut_off.attempts + 1,
        handed_at = coalesce(
            (
                SELECT begun.noted_at AS noted_at
                FROM mail_progress AS begun
                WHERE
                    begun.delivery_id = CAST(:delivery_id AS bigint)
                    AND begun.message_no = cut_off.message_no
                    AND begun.step = 'begun'
            ),
            CAST(:at AS timestamptz)
        ),
        reply_code = NULL,
        reply = 'The delivery ended while this message was being handed over.'
    FROM held
    WHERE cut_off.message_no = held.message_no AND NOT held.is_untouched AND cut_off.state = 'sending'
    RETURNING cut_off.message_no AS message_no, cut_off.reply AS reply
)

INSERT INTO message_attempts (message_no, delivery_id, connection_no, ended_at, outcome, reply_code, reply)
SELECT
    given_up.message_no AS message_no,
    CAST(:delivery_id AS bigint) AS delivery_id,
    CAST(NULL AS integer) AS connection_no,
    CAST(:at AS timestamptz) AS ended_at,
    'unknown' AS outcome,
    CAST(NULL AS integer) AS reply_code,
    given_up.reply AS reply
FROM given_up
