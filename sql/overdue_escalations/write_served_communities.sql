-- Keeps which communities are served, from which day, and by which office calendar.
--
-- Reads: nothing
-- Writes: served_communities, one row per community given
-- Rerun: writes the same rows
--
-- Params:
--   community_codes (text[]): communities
--   live_from (date[]): first day served, in the same order
--   working_calendars (text[]): office calendars, in the same order
--   policy_slots (int[]): policy slots, in the same order
--   run_id (bigint): run
INSERT INTO served_communities (community_code, live_from, working_calendar, policy_slot, run_id)
SELECT
    g.community_code,
    g.live_from,
    g.working_calendar,
    g.policy_slot,
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:community_codes AS text[]),
        CAST(:live_from AS date[]),
        CAST(:working_calendars AS text[]),
        CAST(:policy_slots AS integer[])
    ) AS g (community_code, live_from, working_calendar, policy_slot)
ON CONFLICT (community_code) DO UPDATE SET
    live_from = excluded.live_from,
    working_calendar = excluded.working_calendar,
    policy_slot = excluded.policy_slot,
    run_id = excluded.run_id
