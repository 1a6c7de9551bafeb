-- Notes the steps of messages under way: about to be handed over, or their fate. A step costs no disk write; the next
-- apply_outcomes makes it lasting.
-- Reads: nothing but its parameters
-- Writes: mail_progress (one row per message and step)
-- Rerun: a step that is noted is left alone
-- Params:
--   delivery_id (bigint): whose messages
--   at (timestamptz): wall clock
--   message_nos (bigint[]): the messages
--   steps (text[]): begun or ended, in the same order
--   connection_nos (integer[]): number of the line, from 1
--   outcomes (text[]): of ended: sent, later, failed or unknown; null: begun
--   reply_codes (integer[]): SMTP codes; null: no answer came
--   replies (text[]): the server's words, or what happened instead; null: begun
INSERT INTO mail_progress (delivery_id, message_no, step, noted_at, connection_no, outcome, reply_code, reply)
SELECT
    CAST(:delivery_id AS bigint) AS delivery_id,
    given.message_no AS message_no,
    given.step AS step,
    CAST(:at AS timestamptz) AS noted_at,
    given.connection_no AS connection_no,
    given.outcome AS outcome,
    given.reply_code AS reply_code,
    given.reply AS reply
FROM
    unnest(
        CAST(:message_nos AS bigint[]),
        CAST(:steps AS text[]),
        CAST(:connection_nos AS integer[]),
        CAST(:outcomes AS text[]),
        CAST(:reply_codes AS integer[]),
        CAST(:replies AS text[])
    ) AS given (message_no, step, connection_no, outcome, reply_code, reply)
ON CONFLICT (delivery_id, message_no, step) DO NOTHING
