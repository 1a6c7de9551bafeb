-- The closed cases that are looked at one by one: those that no group tells of (no handler, a handler who changed teams
-- within the week, a community served since within the week), those reopened or found wanting, those
-- drawn before, corrections, and those that came in late.
--
-- Reads: case_events, cases, samples, quality_cases, callback_cases, quality_late_items; risky_cases (temporary)
-- Writes: looked_cases (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
--   has_others (boolean): there are closings of others than plain agents and communities
--   plain_agents (text[]): agents whose cases are counted in groups
--   plain_communities (text[]): communities whose cases are counted in groups
CREATE TEMPORARY TABLE looked_cases ON COMMIT DROP AS
WITH named AS (
    SELECT r.case_code
    FROM risky_cases AS r
    WHERE r.flags && ARRAY['dissatisfied', 'reopened']
    UNION
    SELECT q.case_code
    FROM quality_cases AS q
    UNION
    SELECT b.case_code
    FROM callback_cases AS b
    WHERE b.purpose = 'register_correction'
    UNION
    SELECT s.subject_code AS case_code
    FROM samples AS s
    WHERE s.subject_kind = 'case'
)

SELECT
    f.case_code,
    bool_or(f.is_late) AS is_late
FROM (
    SELECT
        v.case_code,
        FALSE AS is_late
    FROM case_events AS v
    INNER JOIN cases AS k ON v.case_code = k.case_code
    WHERE
        CAST(:has_others AS boolean)
        AND v.event = any(CAST(:closing_events AS text[]))
        AND v.event_at >= CAST(:frame_from AS timestamptz)
        AND v.event_at < CAST(:frame_to AS timestamptz)
        AND (
            k.handler IS NULL
            OR k.handler <> all(CAST(:plain_agents AS text[]))
            OR k.community_code <> all(CAST(:plain_communities AS text[]))
        )
    UNION ALL
    SELECT
        e.case_code,
        FALSE AS is_late
    FROM named AS n
    INNER JOIN case_events AS e ON n.case_code = e.case_code
    WHERE
        e.event = any(CAST(:closing_events AS text[]))
        AND e.event_at >= CAST(:frame_from AS timestamptz)
        AND e.event_at < CAST(:frame_to AS timestamptz)
    UNION ALL
    SELECT
        l.subject_code AS case_code,
        TRUE AS is_late
    FROM quality_late_items AS l
    WHERE l.subject_kind = 'case'
) AS f
GROUP BY f.case_code
