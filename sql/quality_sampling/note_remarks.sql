-- What the quality check could not take as it is, or somebody must know of, each told once.
--
-- Reads: nothing
-- Writes: quality_remarks, one row per kind and subject
-- Rerun: nothing new
--
-- Params:
--   kinds (text[]): what is amiss
--   subjects (text[]): what it is about, in the same order as the kinds, like all that follows
--   community_codes (text[]): communities; blank: none
--   details (text[]): values for the sentence, JSON
--   at (timestamptz): instant they are noticed at
--   run_id (bigint): run
INSERT INTO quality_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    g.kind,
    g.subject,
    g.community_code,
    CAST(g.detail AS jsonb),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:kinds AS text[]), CAST(:subjects AS text[]), CAST(:community_codes AS text[]), CAST(:details AS text[])
    ) AS g (kind, subject, community_code, detail)
ON CONFLICT (kind, subject) DO NOTHING
