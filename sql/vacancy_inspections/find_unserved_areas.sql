-- Which of the communities asked for are not served on a day.
--
-- Reads: inspected_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   areas (text[]): communities asked for
--   day (date): day on which they are to be served
SELECT a.community_code
FROM unnest(CAST(:areas AS text[])) AS a (community_code)
WHERE
    a.community_code NOT IN (
        SELECT c.community_code
        FROM inspected_communities AS c
        WHERE c.live_from <= CAST(:day AS date)
    )
ORDER BY a.community_code
