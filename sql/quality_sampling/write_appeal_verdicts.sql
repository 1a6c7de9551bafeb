-- QC-01: whether appeals are taken, by whom they are looked at again and by when they are decided.
--
-- Reads: nothing
-- Writes: quality_appeal_verdicts, one row per appeal
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples
--   appealed_at (timestamptz[]): instants of the appeals, in the same order as the samples, like all that follows
--   staff_codes (text[]): who appealed
--   verdicts (text[]): accepted or refused
--   reasons (text[]): why refused; blank: accepted
--   reviewers (text[]): who looks at it again; blank: nobody
--   due_on (date[]): days they are decided by; blank: refused
--   scores (numeric[]): scores they are about; blank: none
--   at (timestamptz): instant they are judged at
--   run_id (bigint): run
INSERT INTO quality_appeal_verdicts (
    sample_code, appealed_at, staff_code, verdict, reason, reviewer, due_on, score_before, judged_at, run_id
)
SELECT
    g.sample_code,
    g.appealed_at,
    g.staff_code,
    g.verdict,
    g.reason,
    g.reviewer,
    g.due_on,
    g.score,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:appealed_at AS timestamptz[]),
        CAST(:staff_codes AS text[]),
        CAST(:verdicts AS text[]),
        CAST(:reasons AS text[]),
        CAST(:reviewers AS text[]),
        CAST(:due_on AS date[]),
        CAST(:scores AS numeric[])
    ) AS g (sample_code, appealed_at, staff_code, verdict, reason, reviewer, due_on, score)
ON CONFLICT (sample_code, appealed_at) DO NOTHING
