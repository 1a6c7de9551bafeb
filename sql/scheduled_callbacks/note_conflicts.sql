-- Pairs of results of one callback that cannot both be right; both are kept, and the pair is told once.
--
-- Reads: nothing
-- Writes: callback_conflicts, one row per pair
-- Rerun: nothing new
--
-- Params:
--   callback_codes (text[]): callbacks
--   first_at (timestamptz[]): instants of the one, in the same order as the codes, like all that follows
--   first_editions (int[]): its contents' numbers
--   second_at (timestamptz[]): instants of the other
--   second_editions (int[]): its contents' numbers
--   kinds (text[]): outcome, satisfaction or changed
--   at (timestamptz): instant they are noticed at
--   run_id (bigint): run
INSERT INTO callback_conflicts (
    callback_code, first_at, first_edition, second_at, second_edition, kind, noted_at, run_id
)
SELECT
    g.callback_code,
    g.first_at,
    g.first_edition,
    g.second_at,
    g.second_edition,
    g.kind,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:first_at AS timestamptz[]),
        CAST(:first_editions AS integer[]),
        CAST(:second_at AS timestamptz[]),
        CAST(:second_editions AS integer[]),
        CAST(:kinds AS text[])
    ) AS g (callback_code, first_at, first_edition, second_at, second_edition, kind)
ON CONFLICT (callback_code, first_at, first_edition, second_at, second_edition) DO NOTHING
