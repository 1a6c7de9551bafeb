-- QC-01: how many items of each agent, team, community and kind the frame of a draw holds.
--
-- Reads: nothing
-- Writes: quality_populations, one row per draw, agent, team, community and kind
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   staff_codes (text[]): agents
--   team_codes (text[]): teams; empty: none, in the same order as the staff_codes, like all that follows
--   community_codes (text[]): communities; empty: none
--   kinds (text[]): call or case
--   frame_items (bigint[]): items in the frame
--   populations (bigint[]): of these, could be drawn
INSERT INTO quality_populations (
    staff_code, team_code, community_code, subject_kind, frame_items, population, draw_code, run_id
)
SELECT
    g.staff_code,
    g.team_code,
    g.community_code,
    g.subject_kind,
    g.frame_items,
    g.population,
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:staff_codes AS text[]),
        CAST(:team_codes AS text[]),
        CAST(:community_codes AS text[]),
        CAST(:kinds AS text[]),
        CAST(:frame_items AS bigint[]),
        CAST(:populations AS bigint[])
    ) AS g (
        staff_code, team_code, community_code, subject_kind, frame_items, population
    )
