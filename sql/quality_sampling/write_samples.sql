-- QC-01: the items drawn, each with why it is in and by what probability; nobody is asked to score them yet.
--
-- Reads: nothing
-- Writes: samples, one row per item drawn
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   period (text): week
--   sample_codes (text[]): codes of the samples
--   strata (text[]): strata they were drawn in, in the same order as the sample_codes, like all that follows
--   kinds (text[]): call or case
--   codes (text[]): calls or cases
--   staff_codes (text[]): agents
--   reasons (text[]): random, minimum or risk
--   probabilities (numeric[]): of being in the sample, above 0
--   random_probabilities (numeric[]): of being in its random part
--   risk_probabilities (numeric[]): of being in its risk part
--   are_random (boolean[]): in the random part
--   are_risk (boolean[]): in the risk part
--   risk_classes (text[]): risk classes; blank: none
--   occurred_at (timestamptz[]): instants the calls ended or the cases were closed
--   channels (text[]): channels
--   team_codes (text[]): teams of the agents on that day; blank: none
--   community_codes (text[]): communities; blank: none
--   outcomes (text[]): answered or not; kind of case
--   are_late (boolean[]): came in after the draw of their own week
INSERT INTO samples (
    sample_code, stratum, subject_kind, subject_code, staff_code, reason, probability, random_probability,
    risk_probability, is_random, is_risk, risk_class, occurred_at, channel, team_code, community_code, outcome,
    is_late, period, state, draw_code, run_id
)
SELECT
    g.sample_code,
    g.stratum,
    g.subject_kind,
    g.subject_code,
    g.staff_code,
    g.reason,
    g.probability,
    g.random_probability,
    g.risk_probability,
    g.is_random,
    g.is_risk,
    g.risk_class,
    g.occurred_at,
    g.channel,
    g.team_code,
    g.community_code,
    g.outcome,
    g.is_late,
    CAST(:period AS text),
    'waiting',
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:strata AS text[]),
        CAST(:kinds AS text[]),
        CAST(:codes AS text[]),
        CAST(:staff_codes AS text[]),
        CAST(:reasons AS text[]),
        CAST(:probabilities AS numeric[]),
        CAST(:random_probabilities AS numeric[]),
        CAST(:risk_probabilities AS numeric[]),
        CAST(:are_random AS boolean[]),
        CAST(:are_risk AS boolean[]),
        CAST(:risk_classes AS text[]),
        CAST(:occurred_at AS timestamptz[]),
        CAST(:channels AS text[]),
        CAST(:team_codes AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:outcomes AS text[]),
        CAST(:are_late AS boolean[])
    ) AS g (
        sample_code, stratum, subject_kind, subject_code, staff_code, reason, probability,
        random_probability, risk_probability, is_random, is_risk, risk_class, occurred_at, channel,
        team_code, community_code, outcome, is_late
    )
