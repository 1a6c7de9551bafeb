-- Items that complete the acceptance plans of a month; they belong to no estimate of a mean.
--
-- Reads: nothing
-- Writes: samples, one row per item drawn
-- Rerun: fails on the key: a month is drawn once
--
-- Params:
--   draw_code (text): draw
--   period (text): month
--   sample_codes (text[]): codes of the samples
--   kinds (text[]): call or case, in the same order as the codes, like all that follows
--   codes (text[]): calls or cases
--   staff_codes (text[]): agents
--   probabilities (numeric[]): of being drawn, of the agent's items that no draw had taken
--   occurred_at (timestamptz[]): instants the calls ended or the cases were closed
--   channels (text[]): channels
--   team_codes (text[]): teams of the agents on that day; blank: none
--   community_codes (text[]): communities; blank: none
--   outcomes (text[]): answered or not; kind of case
--   run_id (bigint): run
INSERT INTO samples (
    sample_code, period, stratum, subject_kind, subject_code, staff_code, reason, probability, draw_code, occurred_at,
    channel, team_code, community_code, outcome, state, run_id
)
SELECT
    g.sample_code,
    CAST(:period AS text) AS period,
    'top_up:' || g.staff_code AS stratum,
    g.subject_kind,
    g.subject_code,
    g.staff_code,
    'top_up' AS reason,
    g.probability,
    CAST(:draw_code AS text) AS draw_code,
    g.occurred_at,
    g.channel,
    g.team_code,
    g.community_code,
    g.outcome,
    'waiting' AS state,
    CAST(:run_id AS bigint) AS run_id
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:kinds AS text[]),
        CAST(:codes AS text[]),
        CAST(:staff_codes AS text[]),
        CAST(:probabilities AS numeric[]),
        CAST(:occurred_at AS timestamptz[]),
        CAST(:channels AS text[]),
        CAST(:team_codes AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:outcomes AS text[])
    ) AS g (
        sample_code, subject_kind, subject_code, staff_code, probability, occurred_at, channel, team_code,
        community_code, outcome
    )
