-- QC-01: keeps what every reported score came to, one row per content it was judged with. A content judged before changes its
-- verdict when another one takes its place, or when whoever scored is asked to after all.
--
-- Reads: nothing
-- Writes: quality_judgements, one row per sample, reviewer, criterion and content
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples
--   reviewers (text[]): who scored, in the same order as the samples, like all that follows
--   criteria (text[]): criteria
--   editions (int[]): numbers of the contents, from 1
--   scores (numeric[]): scores, 0 to 100
--   criticals (boolean[]): critical error found
--   remarks (text[]): what the reviewer wrote; blank: nothing
--   scored_at (timestamptz[]): instants of the scores
--   verdicts (text[]): counted, second, superseded or kept
--   reasons (text[]): why it does not count; blank: it does, or did
--   digests (text[]): digests of the contents
--   loaded_from (bigint[]): files they came from; blank: none
--   at (timestamptz): instant they are judged at
--   run_id (bigint): run
INSERT INTO quality_judgements AS j (
    sample_code, reviewer, criterion, edition, score, is_critical, remark, scored_at, verdict, reason, content_digest,
    loaded_from, judged_at, run_id
)
SELECT
    g.sample_code,
    g.reviewer,
    g.criterion,
    g.edition,
    g.score,
    g.is_critical,
    g.remark,
    g.scored_at,
    g.verdict,
    g.reason,
    g.content_digest,
    g.loaded_from,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:reviewers AS text[]),
        CAST(:criteria AS text[]),
        CAST(:editions AS integer[]),
        CAST(:scores AS numeric[]),
        CAST(:criticals AS boolean[]),
        CAST(:remarks AS text[]),
        CAST(:scored_at AS timestamptz[]),
        CAST(:verdicts AS text[]),
        CAST(:reasons AS text[]),
        CAST(:digests AS text[]),
        CAST(:loaded_from AS bigint[])
    ) AS g (
        sample_code, reviewer, criterion, edition, score, is_critical, remark, scored_at, verdict, reason,
        content_digest, loaded_from
    )
ON CONFLICT (sample_code, reviewer, criterion, edition) DO UPDATE
    SET
        verdict = excluded.verdict,
        reason = excluded.reason,
        judged_at = excluded.judged_at,
        run_id = excluded.run_id
    WHERE (j.verdict, j.reason) IS DISTINCT FROM (excluded.verdict, excluded.reason)
