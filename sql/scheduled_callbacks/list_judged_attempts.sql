-- Attempts of some callbacks as they were judged before.
--
-- Reads: callback_attempts
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   callback_codes (text[]): the callbacks
SELECT
    a.callback_code,
    a.attempted_at,
    a.edition,
    a.staff_code,
    a.outcome,
    a.satisfaction,
    a.content_digest,
    a.loaded_from
FROM callback_attempts AS a
WHERE a.callback_code = any(CAST(:callback_codes AS text[]))
ORDER BY a.callback_code, a.attempted_at, a.edition
