-- A person's decision on a message whose fate is unknown (or that failed for good): it counts as sent, or goes again.
-- A message that failed for good can go again, but cannot count as sent.
-- Reads: messages
-- Writes: messages (one row)
-- Rerun: a message that is decided is no longer unknown or failed, and is left alone
-- Params:
--   message_code (text): the message
--   resolution (text): sent or resend
--   resolved_by (text): staff code of who decides
--   resolved_at (timestamptz): wall clock of the decision
UPDATE messages AS undecided
SET
    state = CASE WHEN CAST(:resolution AS text) = 'sent' THEN 'sent' ELSE 'pending' END,
    sent_at = CASE WHEN CAST(:resolution AS text) = 'sent' THEN undecided.handed_at END,
    attempts = CASE WHEN CAST(:resolution AS text) = 'sent' THEN undecided.attempts ELSE 0 END,
    next_attempt_at = NULL,
    leased_by = NULL,
    resolution = CAST(:resolution AS text),
    resolved_by = CAST(:resolved_by AS text),
    resolved_at = CAST(:resolved_at AS timestamptz)
WHERE
    undecided.message_code = CAST(:message_code AS text)
    AND (undecided.state = 'unknown' OR (undecided.state = 'failed' AND CAST(:resolution AS text) = 'resend'))
RETURNING undecided.message_code AS message_code, undecided.state AS state
