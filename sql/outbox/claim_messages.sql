-- Leases the next messages to one delivery: urgent ones first, then in the order of writing. Messages another delivery
-- is just claiming are passed over. The commit of this claim is what keeps a message from ever going out twice.
-- Reads: messages, message_bodies
-- Writes: messages (state and holder of the claimed)
-- Rerun: claims the next ones
-- Params:
--   at (timestamptz): wall clock; a retry due at it is due
--   due_at (timestamptz): instant up to which held-back messages are due (inclusive)
--   kinds (text[]): only these kinds; null: all
--   at_most (integer): number of messages
--   delivery_id (bigint): who claims
--   domain (text): right half of new Message-IDs; a message keeps the one it has
WITH free AS MATERIALIZED (
    SELECT waiting.message_no AS message_no
    FROM messages AS waiting
    WHERE
        waiting.state = 'pending'
        AND (waiting.not_before IS NULL OR waiting.not_before <= CAST(:due_at AS timestamptz))
        AND (waiting.next_attempt_at IS NULL OR waiting.next_attempt_at <= CAST(:at AS timestamptz))
        AND (CAST(:kinds AS text[]) IS NULL OR waiting.kind = any(CAST(:kinds AS text[])))
    ORDER BY waiting.is_urgent DESC, waiting.message_no ASC
    LIMIT CAST(:at_most AS integer)
    FOR UPDATE SKIP LOCKED
),

claimed AS (
    UPDATE messages AS chosen
    SET
        state = 'sending',
        leased_by = CAST(:delivery_id AS bigint),
        message_id = coalesce(
            chosen.message_id, '<' || lower(chosen.message_code) || '@' || CAST(:domain AS text) || '>'
        )
    FROM free
    WHERE chosen.message_no = free.message_no
    RETURNING
        chosen.message_no AS message_no,
        chosen.message_code AS message_code,
        chosen.message_id AS message_id,
        chosen.kind AS kind,
        chosen.recipient AS recipient,
        chosen.recipient_name AS recipient_name,
        chosen.language AS language,
        chosen.subject AS subject,
        chosen.is_urgent AS is_urgent,
        chosen.list_name AS list_name,
        chosen.reply_to AS reply_to,
        chosen.body_digest AS body_digest,
        chosen.bundle_digest AS bundle_digest
)

SELECT
    claimed.message_no AS message_no,
    claimed.message_code AS message_code,
    claimed.message_id AS message_id,
    claimed.kind AS kind,
    claimed.recipient AS recipient,
    claimed.recipient_name AS recipient_name,
    claimed.language AS language,
    claimed.subject AS subject,
    claimed.is_urgent AS is_urgent,
    claimed.list_name AS list_name,
    claimed.reply_to AS reply_to,
    claimed.bundle_digest AS bundle_digest,
    body.text_body AS text_body,
    body.html_body AS html_body
FROM claimed
INNER JOIN message_bodies AS body ON claimed.body_digest = body.body_digest
ORDER BY claimed.is_urgent DESC, claimed.message_no ASC
