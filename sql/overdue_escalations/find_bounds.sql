-- How many cases and openings are at hand, and between which instants their deadlines may start.
--
-- Reads: openings (temporary)
-- Writes: nothing
-- Rerun: the same row
--
-- Params: none
SELECT
    count(*) AS openings,
    count(*) FILTER (WHERE o.occurrence = 1 AND NOT o.is_assessment AND o.chain_id = 0) AS cases,
    min(least(o.begins_at, o.booked_at)) AS earliest,
    max(greatest(o.begins_at, o.booked_at)) AS latest
FROM openings AS o
