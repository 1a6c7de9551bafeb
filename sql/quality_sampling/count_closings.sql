-- QC-01: how many cases were closed in a week, once or more, by handler, channel, community and whether they are complaints.
-- Cases that say more than that (reopened, drawn before, without handler) are looked at one by one and subtracted.
--
-- Reads: case_events, cases
-- Writes: nothing
-- Rerun: the same rows for the same cases
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
--   random_seed (bigint): seed of the random part
SELECT
    k.handler AS staff_code,
    k.channel,
    k.community_code,
    k.kind = 'complaint' AS is_complaint,
    count(*) AS items,
    bit_xor(hashtextextended(k.case_code, CAST(:random_seed AS bigint))) AS combined
FROM cases AS k
WHERE
    EXISTS (
        SELECT 1
        FROM case_events AS e
        WHERE
            e.case_code = k.case_code
            AND e.event = any(CAST(:closing_events AS text[]))
            AND e.event_at >= CAST(:frame_from AS timestamptz)
            AND e.event_at < CAST(:frame_to AS timestamptz)
    )
GROUP BY k.handler, k.channel, k.community_code, k.kind = 'complaint'
