-- Cases a callback opened.
-- Reads: callback_cases
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_code (text): the callback
SELECT
    k.case_code AS case_code,
    k.purpose AS purpose,
    k.department AS department,
    k.opened_at AS opened_at
FROM callback_cases AS k
WHERE k.callback_code = :callback_code
ORDER BY k.case_code ASC
