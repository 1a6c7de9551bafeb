-- Marks events: that those who hold them were reminded, in the transaction that writes the mails.
--
-- Reads: community_events
-- Writes: community_events.reminded_at and state, one row per event given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   event_codes (text[]): events
UPDATE community_events AS e
SET
    reminded_at = :at,
    state = 'reminded'
WHERE e.event_code = any(CAST(:event_codes AS text[])) AND e.reminded_at IS NULL
