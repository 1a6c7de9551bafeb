-- QC-01: the classes of equal risk of a draw, with how many items each holds and how many were drawn by risk.
--
-- Reads: nothing
-- Writes: quality_risk_classes, one row per draw and risk class
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   classes (text[]): names of the classes
--   kinds (text[]): call or case, in the same order as the classes, like all that follows
--   weights (numeric[]): weights
--   populations (bigint[]): items held
--   risk_items (integer[]): items drawn by risk
--   last_hashes (bigint[]): hashes of the last item drawn; blank: none was
--   digests (text[]): exclusive or of the items' hashes
INSERT INTO quality_risk_classes (
    risk_class, subject_kind, weight, population, risk_items, last_hash, digest, draw_code, run_id
)
SELECT
    g.risk_class,
    g.subject_kind,
    g.weight,
    g.population,
    g.risk_items,
    g.last_hash,
    g.digest,
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:classes AS text[]),
        CAST(:kinds AS text[]),
        CAST(:weights AS numeric[]),
        CAST(:populations AS bigint[]),
        CAST(:risk_items AS integer[]),
        CAST(:last_hashes AS bigint[]),
        CAST(:digests AS text[])
    ) AS g (
        risk_class, subject_kind, weight, population, risk_items, last_hash, digest
    )
