-- QC-06: corrections that are looked at again, as samples of a draw. They are taken for certain and belong to no estimate.
--
-- Reads: nothing
-- Writes: samples, one row per correction looked at
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   period (text): week
--   sample_codes (text[]): codes of the samples
--   case_codes (text[]): cases opened for correction, in the same order as the sample_codes, like all that follows
--   sources (text[]): samples whose errors they correct
--   staff_codes (text[]): agents whose errors they were
--   occurred_at (timestamptz[]): instants the cases were closed
--   channels (text[]): channels
--   team_codes (text[]): teams of the agents on that day; blank: none
--   community_codes (text[]): communities
--   outcomes (text[]): kinds of the cases
INSERT INTO samples (
    sample_code, subject_code, audits_code, staff_code, occurred_at, channel, team_code, community_code, outcome,
    stratum, subject_kind, reason, probability, period, state, draw_code, run_id
)
SELECT
    g.sample_code,
    g.subject_code,
    g.audits_code,
    g.staff_code,
    g.occurred_at,
    g.channel,
    g.team_code,
    g.community_code,
    g.outcome,
    'audit',
    'case',
    'audit',
    1,
    CAST(:period AS text),
    'waiting',
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:sample_codes AS text[]),
        CAST(:case_codes AS text[]),
        CAST(:sources AS text[]),
        CAST(:staff_codes AS text[]),
        CAST(:occurred_at AS timestamptz[]),
        CAST(:channels AS text[]),
        CAST(:team_codes AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:outcomes AS text[])
    ) AS g (
        sample_code, subject_code, audits_code, staff_code, occurred_at, channel, team_code, community_code,
        outcome
    )
