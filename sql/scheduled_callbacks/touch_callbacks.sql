-- Callbacks that lost a contact otherwise than in the day's planning, for them to be reckoned anew.
--
-- Reads: nothing
-- Writes: touched_callbacks (temporary), one row per callback
-- Rerun: adds them again, which changes nothing
--
-- Params:
--   callback_codes (text[]): the callbacks
INSERT INTO touched_callbacks (callback_code)
SELECT g.callback_code
FROM unnest(CAST(:callback_codes AS text[])) AS g (callback_code)
