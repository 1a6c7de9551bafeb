-- Callbacks whose planned contacts a day's work closed or changed: they are reckoned anew.
--
-- Reads: nothing
-- Writes: touched_callbacks (temporary), empty; several rows per callback allowed
-- Rerun: once per transaction; later it stays as it is
--
-- Params: none
CREATE TEMPORARY TABLE IF NOT EXISTS touched_callbacks (
    callback_code text NOT NULL
) ON COMMIT DROP
