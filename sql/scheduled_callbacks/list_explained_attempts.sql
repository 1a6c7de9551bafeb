-- What was reported of a callback and what it came to, in order.
--
-- Reads: callback_attempts, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
--   as_of (timestamptz): later ones are left out, inclusive
SELECT
    a.attempted_at,
    a.edition,
    a.staff_code,
    s.staff_name,
    a.outcome,
    a.satisfaction,
    a.call_later_at,
    a.verdict,
    a.reason,
    a.day_part
FROM callback_attempts AS a
LEFT JOIN staff AS s ON a.staff_code = s.staff_code
WHERE a.callback_code = CAST(:callback_code AS text) AND a.attempted_at <= CAST(:as_of AS timestamptz)
ORDER BY a.attempted_at ASC, a.edition ASC
