-- The calls that are looked at one by one: those of agents whom no group tells of (team changed within the week, no
-- community, served since within the week), those about risky cases, those drawn before, and those that came in late.
--
-- Reads: calls, samples, quality_late_items
-- Writes: looked_calls (temporary), one row per call
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   started_from (timestamptz): start of what a call that ended in the week may have begun at, inclusive: calls are found
--     by their beginning; reckoned beforehand, for here it would be reckoned once a row
--   started_to (timestamptz): its end, exclusive
--   is_needed (boolean): there are risky cases, or calls of agents who are not passed over
--   passed_agents (text[]): agents whose calls are counted in groups, or do not count at all
--   risky_cases (text[]): cases that make calls about them risky
CREATE TEMPORARY TABLE looked_calls ON COMMIT DROP AS
SELECT
    c.call_code,
    c.staff_code,
    c.direction,
    c.ended_at,
    c.answered,
    c.case_code
FROM calls AS c
WHERE
    c.ended_at >= CAST(:frame_from AS timestamptz)
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND c.started_at >= CAST(:started_from AS timestamptz)
    AND c.started_at < CAST(:started_to AS timestamptz)
    AND CAST(:is_needed AS boolean)
    AND (
        c.case_code = any(CAST(:risky_cases AS text[]))
        OR c.staff_code <> all(CAST(:passed_agents AS text[]))
    )
UNION
SELECT
    c.call_code,
    c.staff_code,
    c.direction,
    c.ended_at,
    c.answered,
    c.case_code
FROM calls AS c
INNER JOIN samples AS s ON c.call_code = s.subject_code
WHERE
    s.subject_kind = 'call'
    AND c.ended_at >= CAST(:frame_from AS timestamptz)
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND c.started_at >= CAST(:started_from AS timestamptz)
    AND c.started_at < CAST(:started_to AS timestamptz)
UNION
SELECT
    c.call_code,
    c.staff_code,
    c.direction,
    c.ended_at,
    c.answered,
    c.case_code
FROM calls AS c
INNER JOIN quality_late_items AS l ON c.call_code = l.subject_code
WHERE
    l.subject_kind = 'call'
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND (c.ended_at < CAST(:frame_from AS timestamptz) OR c.started_at >= CAST(:started_from AS timestamptz))
