-- BILL-03: releases a shared meter's month for exactly its present cost; another cost is held again.
--
-- Reads: nothing
-- Writes: utility_pools, one row
-- Rerun: releases it again
--
-- Params:
--   meter_code (text): shared meter
--   period (text): month, YYYY-MM
--   released_by (text): who releases it
--   released_at (timestamptz): instant
--   reason (text): why the use is right
UPDATE utility_pools AS u
SET
    state = 'released',
    released_by = CAST(:released_by AS text),
    released_at = CAST(:released_at AS timestamptz),
    release_reason = CAST(:reason AS text),
    released_cost = u.cost
WHERE u.meter_code = CAST(:meter_code AS text) AND u.period = CAST(:period AS text)
