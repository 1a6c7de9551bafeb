-- QC-01: calls of a week that may be drawn, by their hashes alone: of agents drawn from those below a bound, or all where
-- there are few; of all agents those below the bound of what is pooled; of new agents those below the bound of their class.
--
-- Reads: calls
-- Writes: call_candidates (temporary), one row per call
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   started_from (timestamptz): start of what a call that ended in the week may have begun at, inclusive: calls are found
--     by their beginning; reckoned beforehand, for here it would be reckoned once a row
--   started_to (timestamptz): its end, exclusive
--   random_seed (bigint): seed of the random part
--   drawn_below (bigint): hash up to which a call of an agent drawn from may be drawn at random, inclusive
--   drawn_agents (text[]): agents drawn from
--   pooled_below (bigint): hash up to which a call of anybody may be drawn at random, inclusive
--   small_agents (text[]): agents all of whose calls may be drawn
--   risk_seed (bigint): seed of the risk part
--   risk_below (bigint): hash up to which a call of a new agent may be drawn by risk, inclusive
--   new_or_small_agents (text[]): new agents, and those all of whose calls may be drawn
--   with_unanswered (boolean): calls that nobody took can be drawn too
CREATE TEMPORARY TABLE call_candidates ON COMMIT DROP AS
SELECT
    c.call_code,
    c.staff_code,
    c.direction,
    c.ended_at,
    c.answered
FROM calls AS c
WHERE
    c.ended_at >= CAST(:frame_from AS timestamptz)
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND c.started_at >= CAST(:started_from AS timestamptz)
    AND c.started_at < CAST(:started_to AS timestamptz)
    AND (c.answered OR CAST(:with_unanswered AS boolean))
    AND (
        (
            hashtextextended(c.call_code, CAST(:random_seed AS bigint))
            <= greatest(CAST(:drawn_below AS bigint), CAST(:pooled_below AS bigint))
            AND (
                hashtextextended(c.call_code, CAST(:random_seed AS bigint)) <= CAST(:pooled_below AS bigint)
                OR c.staff_code = any(CAST(:drawn_agents AS text[]))
            )
        )
        OR (
            c.staff_code = any(CAST(:new_or_small_agents AS text[]))
            AND (
                hashtextextended(c.call_code, CAST(:risk_seed AS bigint)) <= CAST(:risk_below AS bigint)
                OR c.staff_code = any(CAST(:small_agents AS text[]))
            )
        )
    )
