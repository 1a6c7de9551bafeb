-- QC-01: how many closings of cases a week has, by handler, channel, community and whether it was a complaint. Cases that
-- say more than that (closed twice, reopened, drawn before, without handler) are looked at one by one and subtracted.
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
    bit_xor(hashtextextended(e.case_code, CAST(:random_seed AS bigint))) AS combined
FROM case_events AS e
INNER JOIN cases AS k ON e.case_code = k.case_code
WHERE
    e.event = any(CAST(:closing_events AS text[]))
    AND e.event_at >= CAST(:frame_from AS timestamptz)
    AND e.event_at < CAST(:frame_to AS timestamptz)
GROUP BY k.handler, k.channel, k.community_code, k.kind = 'complaint'
