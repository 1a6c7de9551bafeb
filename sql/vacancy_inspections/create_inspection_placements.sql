-- Room for the placements of one day's planning.
--
-- Reads: nothing
-- Writes: inspection_placements (temporary), one row per unit that still needs its inspection of the month, or somebody
--         to make it; due_on is blank until it has found its place; reason: why it has nobody; revived_code: its
--         cancelled inspection; waiting_code, waiting_due_on: its inspection that has nobody (had_nobody), or whose
--         inspector is not there any more on the day planned
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE inspection_placements (
    community_code text NOT NULL,
    building_code text NOT NULL,
    unit_code text NOT NULL,
    plan text NOT NULL,
    revived_code text,
    waiting_code text,
    waiting_due_on date,
    had_nobody boolean NOT NULL DEFAULT FALSE,
    group_code text NOT NULL,
    calendar_code text NOT NULL,
    per_day integer NOT NULL,
    staff_code text,
    due_on date,
    reason text
) ON COMMIT DROP
