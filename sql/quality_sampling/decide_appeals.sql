-- QC-01: what came of appeals: the former score stands, or the one of whoever looked at it again counts. The decision is
-- told; the score is final.
--
-- Reads: nothing
-- Writes: quality_appeal_verdicts and samples, one row each per appeal
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples with an open appeal
--   outcomes (text[]): upheld or changed, in the same order as the samples, like all that follows
--   scores (numeric[]): scores that count since
--   criticals (boolean[]): has a critical error
--   nonconforming (boolean[]): nonconforming
--   scored_by (text[]): whose score counts
--   scored_at (timestamptz[]): instants of its last part
--   at (timestamptz): instant they are decided at
--   run_id (bigint): run
WITH given AS (
    SELECT
        g.sample_code,
        g.outcome,
        g.score,
        g.is_critical,
        g.is_nonconforming,
        g.scored_by,
        g.scored_at
    FROM
        unnest(
            CAST(:sample_codes AS text[]),
            CAST(:outcomes AS text[]),
            CAST(:scores AS numeric[]),
            CAST(:criticals AS boolean[]),
            CAST(:nonconforming AS boolean[]),
            CAST(:scored_by AS text[]),
            CAST(:scored_at AS timestamptz[])
        ) AS g (sample_code, outcome, score, is_critical, is_nonconforming, scored_by, scored_at)
),

decided AS (
    UPDATE quality_appeal_verdicts AS v
    SET
        outcome = g.outcome,
        score_after = g.score,
        decided_at = CAST(:at AS timestamptz),
        told_at = NULL,
        run_id = CAST(:run_id AS bigint)
    FROM given AS g
    WHERE v.sample_code = g.sample_code AND v.verdict = 'accepted' AND v.outcome IS NULL
    RETURNING v.sample_code
)

UPDATE samples AS s
SET
    state = 'final',
    score = g.score,
    is_critical = g.is_critical,
    is_nonconforming = g.is_nonconforming,
    scored_by = g.scored_by,
    scored_at = g.scored_at,
    final_at = CAST(:at AS timestamptz),
    run_id = CAST(:run_id AS bigint)
FROM given AS g
INNER JOIN decided AS d ON g.sample_code = d.sample_code
WHERE s.sample_code = g.sample_code
