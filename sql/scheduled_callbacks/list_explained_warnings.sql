-- When it was seen that a callback would miss its window.
--
-- Reads: callback_warnings
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
--   as_of (timestamptz): later ones are left out, inclusive
SELECT
    k.due_by,
    k.reason,
    k.reckoned_on,
    k.warned_at
FROM callback_warnings AS k
WHERE k.callback_code = CAST(:callback_code AS text) AND k.warned_at <= CAST(:as_of AS timestamptz)
ORDER BY k.warned_at ASC, k.due_by ASC
