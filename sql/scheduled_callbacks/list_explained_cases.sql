-- Cases a callback opened.
--
-- Reads: callback_cases
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
--   as_of (timestamptz): later ones are left out, inclusive
SELECT
    k.case_code,
    k.purpose,
    k.department
FROM callback_cases AS k
WHERE k.callback_code = CAST(:callback_code AS text) AND k.opened_at <= CAST(:as_of AS timestamptz)
ORDER BY k.case_code ASC
