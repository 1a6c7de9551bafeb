-- QC-01: how many calls each agent ended in a week, by direction, and how many of them can be drawn; of calls that say no
-- more than that. What a group cannot tell (risky, drawn before) is looked at call by call and subtracted.
--
-- Reads: calls
-- Writes: nothing
-- Rerun: the same rows for the same calls
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   started_from (timestamptz): start of what a call that ended in the week may have begun at, inclusive: calls are found
--     by their beginning; reckoned beforehand, for here it would be reckoned once a row
--   started_to (timestamptz): its end, exclusive
--   random_seed (bigint): seed of the random part
--   with_unanswered (boolean): calls that nobody took can be drawn too
SELECT
    c.staff_code,
    c.direction AS channel,
    count(*) AS items,
    count(*) FILTER (WHERE c.answered OR CAST(:with_unanswered AS boolean)) AS population,
    bit_xor(hashtextextended(c.call_code, CAST(:random_seed AS bigint))) FILTER (
        WHERE c.answered OR CAST(:with_unanswered AS boolean)
    ) AS combined
FROM calls AS c
WHERE
    c.ended_at >= CAST(:frame_from AS timestamptz)
    AND c.ended_at < CAST(:frame_to AS timestamptz)
    AND c.started_at >= CAST(:started_from AS timestamptz)
    AND c.started_at < CAST(:started_to AS timestamptz)
GROUP BY c.staff_code, c.direction
