-- Letters whose mail the server has taken: sent, on the instant the mail went out, yet not after the run that notes it.
--
-- A run for an instant gone by sends its mails by today's clock; for the ladder they count as sent at the run's own
-- instant, so that a replay climbs as the runs would have climbed.
--
-- Reads: messages, runs
-- Writes: dunning (state, sent_at, way)
-- Rerun: finds none
--
-- Params:
--   as_of (timestamptz): instant of the run that notes it
UPDATE dunning AS d
SET
    state = 'sent',
    way = 'mail',
    sent_at = greatest(r.as_of, least(m.sent_at, CAST(:as_of AS timestamptz)))
FROM messages AS m, runs AS r
WHERE
    d.state = 'planned'
    AND m.kind = 'dunning_notice'
    AND m.business_key = d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
    AND m.state = 'sent'
    AND r.run_id = d.run_id
