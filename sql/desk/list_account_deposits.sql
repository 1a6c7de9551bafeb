-- What became of the deposits of a unit, newest first.
-- Reads: deposit_settlements
-- Writes: nothing (one row per event of a deposit)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    s.contract_code AS contract_code,
    s.event_on AS event_on,
    s.event AS event,
    s.customer_code AS customer_code,
    s.state AS state,
    s.reason AS reason,
    s.returned AS returned,
    s.kept AS kept,
    s.held_after AS held_after
FROM deposit_settlements AS s
WHERE s.community_code = :community_code AND s.unit_code = :unit_code
ORDER BY s.event_on DESC, s.contract_code ASC
