-- Cases whose answer came late or not at all (due in the week), and booked visits that were missed: promised, not kept.
-- What happened after the instant it was due does not matter, so the week looks the same whenever it is looked at.
--
-- Reads: deadlines, cases
-- Writes: frame_facts (temporary), one row per case and deadline
-- Rerun: after frame_facts was made anew
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
INSERT INTO frame_facts (check_name, subject_kind, subject_code, staff_code, community_code, occurred_at, detail)
SELECT
    CASE WHEN d.milestone = 'arrival' THEN 'promise_broken' ELSE 'answered_late' END,
    'case',
    d.case_code,
    NULL,
    k.community_code,
    d.due_at,
    d.milestone
FROM deadlines AS d
INNER JOIN cases AS k ON d.case_code = k.case_code
WHERE
    d.due_at >= CAST(:frame_from AS timestamptz)
    AND d.due_at < CAST(:frame_to AS timestamptz)
    AND d.milestone IN ('answer', 'response', 'arrival')
    AND (d.milestone <> 'arrival' OR k.booked_at IS NOT NULL)
    AND coalesce(d.met_at, d.ended_at, CAST('infinity' AS timestamptz)) > d.due_at
    AND d.ended_by IS DISTINCT FROM 'withdrawn'
