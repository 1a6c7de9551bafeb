-- QC-01: cases closed in a week that may be drawn, by their hashes alone: those below a bound, and all of agents with few.
--
-- Reads: case_events, cases
-- Writes: case_candidates (temporary), one row per case with its last closing
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
--   random_seed (bigint): seed of the random part
--   random_below (bigint): hash up to which a case may be drawn at random, inclusive
--   risk_seed (bigint): seed of the risk part
--   risk_below (bigint): hash up to which a case may be drawn by risk, inclusive
--   has_small (boolean): there are agents with few cases
--   small_agents (text[]): agents all of whose cases may be drawn
CREATE TEMPORARY TABLE case_candidates ON COMMIT DROP AS
SELECT
    f.case_code,
    max(f.event_at) AS closed_at
FROM (
    SELECT
        e.case_code,
        e.event_at
    FROM case_events AS e
    WHERE
        e.event = any(CAST(:closing_events AS text[]))
        AND e.event_at >= CAST(:frame_from AS timestamptz)
        AND e.event_at < CAST(:frame_to AS timestamptz)
        AND (
            hashtextextended(e.case_code, CAST(:random_seed AS bigint)) <= CAST(:random_below AS bigint)
            OR hashtextextended(e.case_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_below AS bigint)
        )
    UNION ALL
    SELECT
        v.case_code,
        v.event_at
    FROM case_events AS v
    INNER JOIN cases AS k ON v.case_code = k.case_code
    WHERE
        CAST(:has_small AS boolean)
        AND v.event = any(CAST(:closing_events AS text[]))
        AND v.event_at >= CAST(:frame_from AS timestamptz)
        AND v.event_at < CAST(:frame_to AS timestamptz)
        AND k.handler = any(CAST(:small_agents AS text[]))
) AS f
GROUP BY f.case_code
