-- QC-01: what the scores that count make of their samples; only what differs is written. A score that changed after the agent
-- was told of it is told anew, and the time for an appeal begins anew.
--
-- Reads: nothing
-- Writes: samples, one row each
-- Rerun: writes nothing
--
-- Params:
--   sample_codes (text[]): samples
--   states (text[]): waiting, scored, appealed or expired, in the same order as the samples, like all that follows
--   scores (numeric[]): scores, 0 to 100; blank: not scored
--   criticals (boolean[]): has a critical error; blank: not scored
--   nonconforming (boolean[]): nonconforming; blank: not scored
--   scored_by (text[]): whose score counts; blank: not scored
--   scored_at (timestamptz[]): instants of the last score; blank: not scored
--   second_scores (numeric[]): scores of the second reviewer; blank: none
--   second_nonconforming (boolean[]): the second reviewer's finding; blank: none
--   told_anew (boolean[]): the score changed after it was told
--   run_id (bigint): run
UPDATE samples AS s
SET
    state = g.state,
    score = g.score,
    is_critical = g.is_critical,
    is_nonconforming = g.is_nonconforming,
    scored_by = g.scored_by,
    scored_at = g.scored_at,
    second_score = g.second_score,
    second_nonconforming = g.second_nonconforming,
    told_at = CASE WHEN NOT g.is_told_anew THEN s.told_at END,
    appeal_until = CASE WHEN NOT g.is_told_anew THEN s.appeal_until END,
    run_id = CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:states AS text[]),
        CAST(:scores AS numeric[]),
        CAST(:criticals AS boolean[]),
        CAST(:nonconforming AS boolean[]),
        CAST(:scored_by AS text[]),
        CAST(:scored_at AS timestamptz[]),
        CAST(:second_scores AS numeric[]),
        CAST(:second_nonconforming AS boolean[]),
        CAST(:told_anew AS boolean[])
    ) AS g (
        sample_code, state, score, is_critical, is_nonconforming, scored_by, scored_at, second_score,
        second_nonconforming, is_told_anew
    )
WHERE
    s.sample_code = g.sample_code
    AND (
        s.state, s.score, s.is_critical, s.is_nonconforming, s.scored_by, s.scored_at, s.second_score,
        s.second_nonconforming
    )
    IS DISTINCT FROM (
        g.state, g.score, g.is_critical, g.is_nonconforming, g.scored_by, g.scored_at, g.second_score,
        g.second_nonconforming
    )
