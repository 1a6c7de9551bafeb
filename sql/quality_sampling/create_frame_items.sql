-- The items of a week that are looked at one by one: those that a grouped count cannot tell, and candidates of the draw.
--
-- Reads: nothing
-- Writes: frame_items (temporary), empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE frame_items (
    subject_kind text NOT NULL,
    subject_code text NOT NULL,
    staff_code text,
    channel text,
    community_code text,
    team_code text,
    occurred_at timestamptz NOT NULL,
    outcome text NOT NULL,
    flags text NOT NULL,
    is_late boolean NOT NULL,
    is_item boolean NOT NULL,
    is_drawable boolean NOT NULL,
    counted bigint NOT NULL,
    random_hash bigint NOT NULL,
    risk_hash bigint NOT NULL
) ON COMMIT DROP
