-- CASE-05: records that the open cases of a shift that ended were handed over, in the transaction that writes the
-- mails.
--
-- Reads: nothing
-- Writes: shift_handovers, one row per community, post and end of a shift
-- Rerun: writes nothing, returns nothing: it was handed over
--
-- Params:
--   community_code (text): community the shift serves; blank: all
--   role (text): its post
--   ended_at (timestamptz): its end
--   open_cases (int): open cases handed over
--   recipients (int): members of the next shift who are mailed
--   run_id (bigint): run that hands over
INSERT INTO shift_handovers (community_code, role, ended_at, open_cases, recipients, run_id)
VALUES (
    CAST(:community_code AS text),
    CAST(:role AS text),
    CAST(:ended_at AS timestamptz),
    CAST(:open_cases AS integer),
    CAST(:recipients AS integer),
    CAST(:run_id AS bigint)
)
ON CONFLICT (community_code, role, ended_at) DO NOTHING
RETURNING handover_id
