-- QC-01: the strata of a draw, with how many items each holds and how many were drawn from it at random.
--
-- Reads: nothing
-- Writes: quality_strata, one row per draw and stratum
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   strata (text[]): names of the strata
--   kinds (text[]): call or case, in the same order as the strata, like all that follows
--   staff_codes (text[]): agents; blank: pooled
--   channels (text[]): channels; blank: pooled
--   populations (bigint[]): items held
--   random_items (integer[]): items drawn in proportion
--   minimum_items (integer[]): items drawn for the minimum
--   last_hashes (bigint[]): hashes of the last item drawn; blank: none was
--   digests (text[]): exclusive or of the items' hashes
INSERT INTO quality_strata (
    stratum, subject_kind, staff_code, channel, population, random_items, minimum_items, last_hash, digest,
    draw_code, run_id
)
SELECT
    g.stratum,
    g.subject_kind,
    g.staff_code,
    g.channel,
    g.population,
    g.random_items,
    g.minimum_items,
    g.last_hash,
    g.digest,
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:strata AS text[]),
        CAST(:kinds AS text[]),
        CAST(:staff_codes AS text[]),
        CAST(:channels AS text[]),
        CAST(:populations AS bigint[]),
        CAST(:random_items AS integer[]),
        CAST(:minimum_items AS integer[]),
        CAST(:last_hashes AS bigint[]),
        CAST(:digests AS text[])
    ) AS g (
        stratum, subject_kind, staff_code, channel, population, random_items, minimum_items, last_hash,
        digest
    )
