-- Notes the steps of one line to the mail server: the fate of the message it has handed over, and the one it is about
-- to hand over. A step costs no disk write; the next apply_outcomes makes it lasting.
-- Reads: nothing but its parameters
-- Writes: mail_progress (one row per message and step)
-- Rerun: a step that is noted is left alone
-- Params:
--   delivery_id (bigint): whose messages
--   at (timestamptz): wall clock
--   connection_no (integer): number of the line, from 1
--   ended_no (bigint): message whose fate is known; null: none
--   outcome (text): its fate: sent, later, failed or unknown
--   reply_code (integer): SMTP code; null: no answer came
--   reply (text): the server's words, or what happened instead
--   begun_no (bigint): message about to be handed over; null: none
INSERT INTO mail_progress (delivery_id, message_no, step, noted_at, connection_no, outcome, reply_code, reply)
SELECT
    CAST(:delivery_id AS bigint) AS delivery_id,
    given.message_no AS message_no,
    given.step AS step,
    CAST(:at AS timestamptz) AS noted_at,
    CAST(:connection_no AS integer) AS connection_no,
    given.outcome AS outcome,
    given.reply_code AS reply_code,
    given.reply AS reply
FROM (
    VALUES
    (
        CAST(:ended_no AS bigint),
        'ended',
        CAST(:outcome AS text),
        CAST(:reply_code AS integer),
        CAST(:reply AS text)
    ),
    (CAST(:begun_no AS bigint), 'begun', NULL, NULL, NULL)
) AS given (message_no, step, outcome, reply_code, reply)
WHERE given.message_no IS NOT NULL
ON CONFLICT (delivery_id, message_no, step) DO NOTHING
