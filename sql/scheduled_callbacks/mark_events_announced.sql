-- Marks events: that they were announced, or that it was told why they are impossible, in the transaction that writes the
-- mails. From now on an announced day stands.
--
-- Reads: community_events
-- Writes: community_events.announced_at and state, one row per event given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   event_codes (text[]): events
UPDATE community_events AS e
SET
    announced_at = :at,
    state = CASE WHEN e.state = 'planned' THEN 'announced' ELSE e.state END
WHERE e.event_code = any(CAST(:event_codes AS text[])) AND e.announced_at IS NULL
