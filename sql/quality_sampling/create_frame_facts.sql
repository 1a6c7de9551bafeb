-- What the automatic checks of a week find, before it is known who answers for it.
--
-- Reads: nothing
-- Writes: frame_facts (temporary), empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE frame_facts (
    check_name text NOT NULL,
    subject_kind text NOT NULL,
    subject_code text NOT NULL,
    staff_code text,
    community_code text,
    occurred_at timestamptz NOT NULL,
    detail text NOT NULL
) ON COMMIT DROP
