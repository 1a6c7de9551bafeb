-- QC-01: calls of a week that may be drawn, by their hashes alone: those below a bound, and all of agents with few calls.
--
-- Reads: calls
-- Writes: looked_calls (temporary), one row per call
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   random_seed (bigint): seed of the random part
--   random_below (bigint): hash up to which a call may be drawn at random, inclusive
--   small_agents (text[]): agents all of whose calls may be drawn
--   risk_seed (bigint): seed of the risk part
--   risk_below (bigint): hash up to which a call of a new agent may be drawn by risk, inclusive
--   new_agents (text[]): new agents
CREATE TEMPORARY TABLE looked_calls ON COMMIT DROP AS
SELECT c.call_code
FROM calls AS c
WHERE
    c.ended_at >= CAST(:frame_from AS timestamptz)
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND c.started_at >= CAST(:frame_from AS timestamptz) - INTERVAL '2 days'
    AND c.started_at < CAST(:frame_to AS timestamptz) + INTERVAL '2 days'
    AND (
        hashtextextended(c.call_code, CAST(:random_seed AS bigint)) <= CAST(:random_below AS bigint)
        OR c.staff_code = ANY(CAST(:small_agents AS text[]))
        OR (
            c.staff_code = ANY(CAST(:new_agents AS text[]))
            AND hashtextextended(c.call_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_below AS bigint)
        )
    )
