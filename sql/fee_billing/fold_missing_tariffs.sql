-- A charge without any tariff is listed once per community, for the newest month concerned, however many months a run
-- looks back over; what is held back for it is held in every month.
--
-- Reads: due_exceptions (temporary)
-- Writes: due_exceptions (temporary); takes the older rows out
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM due_exceptions AS e
USING due_exceptions AS newer
WHERE
    e.kind = 'no_tariff'
    AND newer.kind = 'no_tariff'
    AND e.community_code = newer.community_code
    AND e.subject = newer.subject
    AND e.period < newer.period
