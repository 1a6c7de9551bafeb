-- QC-01: appeals that nobody looks at, or somebody who has left, go to somebody who may; told anew.
--
-- Reads: nothing
-- Writes: quality_appeal_verdicts, one row each
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples with an open appeal
--   reviewers (text[]): who looks at it again, in the same order as the samples
--   due_on (date): day they decide it by, unless the former one is later
--   run_id (bigint): run
UPDATE quality_appeal_verdicts AS v
SET
    reviewer = g.reviewer,
    due_on = greatest(v.due_on, CAST(:due_on AS date)),
    told_at = NULL,
    run_id = CAST(:run_id AS bigint)
FROM unnest(CAST(:sample_codes AS text[]), CAST(:reviewers AS text[])) AS g (sample_code, reviewer)
WHERE
    v.sample_code = g.sample_code
    AND v.verdict = 'accepted'
    AND v.outcome IS NULL
    AND v.reviewer IS DISTINCT FROM g.reviewer
