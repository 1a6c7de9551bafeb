-- Who scores which sample, who scores it a second time, or why nobody does.
--
-- Reads: nothing else
-- Writes: samples: reviewer, second_reviewer and unassigned_reason of those given
-- Rerun: only what differs
--
-- Params:
--   sample_codes (text[]): samples
--   reviewers (text[]): who scores them; blank: nobody; in the same order as the samples, like all that follows
--   second_reviewers (text[]): who scores them a second time; blank: nobody
--   reasons (text[]): why nobody scores them; blank: somebody does
--   run_id (bigint): run that writes
UPDATE samples AS s
SET
    reviewer = g.reviewer,
    second_reviewer = g.second_reviewer,
    unassigned_reason = g.reason,
    run_id = CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:reviewers AS text[]),
        CAST(:second_reviewers AS text[]),
        CAST(:reasons AS text[])
    ) AS g (sample_code, reviewer, second_reviewer, reason)
WHERE
    s.sample_code = g.sample_code
    AND (s.reviewer, s.second_reviewer, s.unassigned_reason)
    IS DISTINCT FROM (g.reviewer, g.second_reviewer, g.reason)
