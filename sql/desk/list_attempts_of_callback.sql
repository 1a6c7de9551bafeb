-- What was reported of a callback, with what it came to; superseded contents too.
-- Reads: callback_attempts, callback_results, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_code (text): the callback
SELECT
    a.attempted_at AS attempted_at,
    a.edition AS edition,
    a.staff_code AS staff_code,
    s.staff_name AS staff_name,
    a.outcome AS outcome,
    a.satisfaction AS satisfaction,
    a.call_later_at AS call_later_at,
    a.verdict AS verdict,
    a.reason AS reason,
    r.comment AS comment
FROM callback_attempts AS a
INNER JOIN callback_results AS r ON a.callback_code = r.callback_code AND a.attempted_at = r.attempted_at
LEFT JOIN staff AS s ON a.staff_code = s.staff_code
WHERE a.callback_code = :callback_code
ORDER BY a.attempted_at ASC, a.edition ASC
