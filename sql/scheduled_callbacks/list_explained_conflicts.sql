-- Results of a callback that cannot both be right.
--
-- Reads: callback_conflicts
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
--   as_of (timestamptz): later ones are left out, inclusive
SELECT
    k.kind,
    k.first_at,
    k.second_at
FROM callback_conflicts AS k
WHERE k.callback_code = CAST(:callback_code AS text) AND k.noted_at <= CAST(:as_of AS timestamptz)
ORDER BY k.first_at ASC, k.second_at ASC
