-- Writes messages into the outbox, in the transaction of the facts they tell. A message that cannot be addressed is
-- written as failed, so that it is seen and holds up no other.
-- Reads: nothing but its parameters
-- Writes: messages (one row per kind, business key, recipient and edition)
-- Rerun: a message that is there is left alone, whatever its state
-- Params:
--   message_codes (text[]): code of each message, derived from its key
--   kinds (text[]): what it tells
--   business_keys (text[]): the fact it tells of
--   recipients (text[]): mail address
--   editions (integer[]): 1, and one more for each corrected edition
--   recipient_names (text[]): name beside the address; null: none
--   languages (text[]): zh or en
--   subjects (text[]): subject line
--   urgents (boolean[]): goes before all that are not
--   list_names (text[]): mailing list; null: a letter
--   reply_tos (text[]): mail address that answers go to; null: they are not read
--   body_digests (text[]): body
--   bundle_digests (text[]): attachments; null: none
--   not_befores (timestamptz[]): not delivered earlier (inclusive); null: at once
--   problems (text[]): why it cannot be delivered at all; null: it can
--   run_id (bigint): run that made them; null: a person's action
--   created_at (timestamptz): wall clock of writing
INSERT INTO messages (
    message_code, kind, business_key, recipient, edition, recipient_name, language, subject, is_urgent, list_name,
    reply_to, body_digest, bundle_digest, not_before, state, reply, run_id, created_at
)
SELECT
    offered.message_code AS message_code,
    offered.kind AS kind,
    offered.business_key AS business_key,
    offered.recipient AS recipient,
    offered.edition AS edition,
    offered.recipient_name AS recipient_name,
    offered.language AS language,
    offered.subject AS subject,
    offered.is_urgent AS is_urgent,
    offered.list_name AS list_name,
    offered.reply_to AS reply_to,
    offered.body_digest AS body_digest,
    offered.bundle_digest AS bundle_digest,
    offered.not_before AS not_before,
    CASE WHEN offered.problem IS NULL THEN 'pending' ELSE 'failed' END AS state,
    offered.problem AS reply,
    CAST(:run_id AS bigint) AS run_id,
    CAST(:created_at AS timestamptz) AS created_at
FROM
    unnest(
        CAST(:message_codes AS text[]),
        CAST(:kinds AS text[]),
        CAST(:business_keys AS text[]),
        CAST(:recipients AS text[]),
        CAST(:editions AS integer[]),
        CAST(:recipient_names AS text[]),
        CAST(:languages AS text[]),
        CAST(:subjects AS text[]),
        CAST(:urgents AS boolean[]),
        CAST(:list_names AS text[]),
        CAST(:reply_tos AS text[]),
        CAST(:body_digests AS text[]),
        CAST(:bundle_digests AS text[]),
        CAST(:not_befores AS timestamptz[]),
        CAST(:problems AS text[])
    ) WITH ORDINALITY
        AS offered (
            message_code, kind, business_key, recipient, edition, recipient_name, language, subject, is_urgent,
            list_name, reply_to, body_digest, bundle_digest, not_before, problem, place
        )
ORDER BY offered.place
ON CONFLICT (kind, business_key, recipient, edition) DO NOTHING
