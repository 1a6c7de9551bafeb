-- Marks conflicts: that they were told, in the transaction that writes the mails.
--
-- Reads: callback_conflicts
-- Writes: callback_conflicts.told_at, one row per pair given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   callback_codes (text[]): callbacks
--   first_at (timestamptz[]): instant of the one attempt, in the same order, like all that follows
--   first_editions (int[]): its edition
--   second_at (timestamptz[]): instant of the other
--   second_editions (int[]): its edition
UPDATE callback_conflicts AS x
SET told_at = :at
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:first_at AS timestamptz[]),
        CAST(:first_editions AS integer[]),
        CAST(:second_at AS timestamptz[]),
        CAST(:second_editions AS integer[])
    ) AS g (callback_code, first_at, first_edition, second_at, second_edition)
WHERE
    x.callback_code = g.callback_code
    AND x.first_at = g.first_at
    AND x.first_edition = g.first_edition
    AND x.second_at = g.second_at
    AND x.second_edition = g.second_edition
    AND x.told_at IS NULL
