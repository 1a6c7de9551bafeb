-- Mails that were waiting when a backup was made and would have left since: whether they did is not known after a
-- restore, so a person decides, and nobody gets the same mail twice. Mails held back until later keep waiting.
-- Reads: messages
-- Writes: messages (state of those that waited, one row per message)
-- Rerun: what is in doubt no longer waits
-- Params:
--   made_at (timestamptz): when the backup was made; stands for the handover nobody saw
--   at (timestamptz): wall clock of the restore; what was held back until then or earlier would have left
UPDATE messages AS waiting
SET
    state = 'unknown',
    handed_at = coalesce(waiting.handed_at, CAST(:made_at AS timestamptz)),
    reply_code = NULL,
    reply = 'It waited when the backup was made; whether it left before the restore is not known.'
WHERE
    (
        waiting.state = 'pending'
        AND (waiting.not_before IS NULL OR waiting.not_before <= CAST(:at AS timestamptz))
        AND (waiting.next_attempt_at IS NULL OR waiting.next_attempt_at <= CAST(:at AS timestamptz))
    )
    OR waiting.state = 'sending'
