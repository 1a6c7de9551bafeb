-- How many messages wait to be delivered now, counted up to a limit, so that a delivery knows how many lines to open.
-- Reads: messages
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   at (timestamptz): wall clock; a retry due at it is due
--   due_at (timestamptz): instant up to which held-back messages are due (inclusive)
--   kinds (text[]): only these kinds; null: all
--   at_most (integer): count no further
WITH due AS (
    SELECT waiting.message_no AS message_no
    FROM messages AS waiting
    WHERE
        waiting.state = 'pending'
        AND (waiting.not_before IS NULL OR waiting.not_before <= CAST(:due_at AS timestamptz))
        AND (waiting.next_attempt_at IS NULL OR waiting.next_attempt_at <= CAST(:at AS timestamptz))
        AND (CAST(:kinds AS text[]) IS NULL OR waiting.kind = any(CAST(:kinds AS text[])))
    ORDER BY waiting.is_urgent DESC, waiting.message_no ASC
    LIMIT CAST(:at_most AS integer)
)

SELECT count(*) AS due
FROM due
