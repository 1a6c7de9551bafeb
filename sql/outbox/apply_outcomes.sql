-- Moves the messages of a delivery whose fate is noted to the state it means, logs the attempt, and clears the notes.
-- A passing refusal puts the message back with a wait that doubles with each attempt; after the last it has failed.
-- A message that was given up as unknown meanwhile learns its true fate, unless a person has decided.
-- Reads: mail_progress, messages
-- Writes: messages (state), message_attempts (one row per message and attempt), mail_progress (clears)
-- Rerun: nothing is left to move
-- Params:
--   delivery_id (bigint): the delivery
--   max_attempts (integer): attempts after which a passing refusal is final
--   first_wait_seconds (integer): wait after the first attempt, seconds
--   longest_wait_seconds (integer): longest wait between attempts, seconds
WITH known AS (
    SELECT
        note.message_no AS message_no,
        max(note.outcome) AS outcome,
        max(note.reply_code) AS reply_code,
        max(note.reply) AS reply,
        max(note.connection_no) FILTER (WHERE note.step = 'ended') AS connection_no,
        max(note.noted_at) FILTER (WHERE note.step = 'ended') AS ended_at,
        max(note.noted_at) FILTER (WHERE note.step = 'begun') AS begun_at
    FROM mail_progress AS note
    WHERE note.delivery_id = CAST(:delivery_id AS bigint)
    GROUP BY note.message_no
    HAVING count(*) FILTER (WHERE note.step = 'ended') > 0
),

moved AS (
    UPDATE messages AS handed
    SET
        state = CASE
            WHEN known.outcome <> 'later' THEN known.outcome
            WHEN handed.attempts + 1 >= CAST(:max_attempts AS integer) THEN 'failed'
            ELSE 'pending'
        END,
        attempts = handed.attempts + 1,
        handed_at = coalesce(known.begun_at, known.ended_at),
        sent_at = CASE WHEN known.outcome = 'sent' THEN known.ended_at END,
        reply_code = known.reply_code,
        reply = known.reply,
        next_attempt_at = CASE
            WHEN known.outcome = 'later'
                THEN
                    known.ended_at + make_interval(
                        secs => least(
                            CAST(:longest_wait_seconds AS integer),
                            CAST(:first_wait_seconds AS integer) * power(2, least(handed.attempts, 30))
                        )
                    )
        END,
        leased_by = NULL
    FROM known
    WHERE
        handed.message_no = known.message_no
        AND handed.leased_by = CAST(:delivery_id AS bigint)
        -- Each by its key: through the index of unsettled messages it would be each note with each message.
        AND coalesce(handed.state, '') IN ('sending', 'unknown')
    RETURNING
        handed.message_no AS message_no,
        known.connection_no AS connection_no,
        known.ended_at AS ended_at,
        known.outcome AS outcome,
        known.reply_code AS reply_code,
        known.reply AS reply
),

logged AS (
    INSERT INTO message_attempts (message_no, delivery_id, connection_no, ended_at, outcome, reply_code, reply)
    SELECT
        moved.message_no AS message_no,
        CAST(:delivery_id AS bigint) AS delivery_id,
        moved.connection_no AS connection_no,
        moved.ended_at AS ended_at,
        moved.outcome AS outcome,
        moved.reply_code AS reply_code,
        moved.reply AS reply
    FROM moved
),

cleared AS (
    DELETE FROM mail_progress AS note
    WHERE
        note.delivery_id = CAST(:delivery_id AS bigint)
        AND note.message_no = any(array(SELECT known.message_no AS message_no FROM known))
)

SELECT known.message_no AS message_no
FROM known
