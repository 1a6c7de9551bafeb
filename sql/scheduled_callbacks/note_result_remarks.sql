-- What was reported and could not be taken as it is, each told once.
--
-- Reads: callbacks
-- Writes: callback_remarks, one row per kind and attempt
-- Rerun: nothing new
--
-- Params:
--   kinds (text[]): what is amiss
--   subjects (text[]): callback and instant of the attempt, in the same order as the kinds, like all that follows
--   callback_codes (text[]): the callbacks
--   details (text[]): values for the sentence, JSON
--   at (timestamptz): instant they are noticed at
--   run_id (bigint): run
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at, run_id)
SELECT
    g.kind,
    g.subject,
    k.community_code,
    CAST(g.detail AS jsonb),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:kinds AS text[]), CAST(:subjects AS text[]), CAST(:callback_codes AS text[]), CAST(:details AS text[])
    ) AS g (kind, subject, callback_code, detail)
INNER JOIN callbacks AS k ON g.callback_code = k.callback_code
ON CONFLICT (kind, subject) DO NOTHING
