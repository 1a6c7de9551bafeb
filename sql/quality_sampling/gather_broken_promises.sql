-- Callbacks promised for a time at which nobody called, noticed in the week: of each case they are about; of none, the
-- callback itself is the call.
--
-- Reads: callback_remarks, callbacks
-- Writes: frame_facts (temporary), one row per callback and case
-- Rerun: after frame_facts was made anew
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
INSERT INTO frame_facts (check_name, subject_kind, subject_code, staff_code, community_code, occurred_at, detail)
SELECT
    'promise_broken',
    CASE WHEN n.case_code IS NULL THEN 'call' ELSE 'case' END,
    coalesce(n.case_code, b.callback_code),
    b.staff_code,
    r.community_code,
    r.noted_at,
    'callback:' || b.callback_code
FROM callback_remarks AS r
INNER JOIN callbacks AS b ON r.detail ->> 'callback_code' = b.callback_code
LEFT JOIN LATERAL (
    SELECT btrim(c.code) AS case_code
    FROM unnest(string_to_array(b.case_codes, ',')) AS c (code)
) AS n ON TRUE
WHERE
    r.kind = 'promise_broken'
    AND r.noted_at >= CAST(:frame_from AS timestamptz)
    AND r.noted_at < CAST(:frame_to AS timestamptz)
