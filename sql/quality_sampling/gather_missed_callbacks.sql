-- Cases whose callback missed its window in the week: late as long as it may still be made, else lost.
--
-- Reads: callback_contacts
-- Writes: frame_facts (temporary), one row per contact
-- Rerun: after frame_facts was made anew
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
INSERT INTO frame_facts (check_name, subject_kind, subject_code, staff_code, community_code, occurred_at, detail)
SELECT
    'no_callback',
    'case',
    c.case_code,
    NULL,
    c.community_code,
    c.missed_at,
    CASE
        WHEN c.state = 'missed' AND c.closed_at < CAST(:frame_to AS timestamptz) THEN 'lost:'
        ELSE 'late:'
    END || c.callback_code
FROM callback_contacts AS c
WHERE
    c.case_code IS NOT NULL
    AND c.missed_at >= CAST(:frame_from AS timestamptz)
    AND c.missed_at < CAST(:frame_to AS timestamptz)
