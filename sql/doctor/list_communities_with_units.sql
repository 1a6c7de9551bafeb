-- Communities that have units.
-- Reads: communities, units
-- Writes: nothing
-- Rerun: the same answer
-- Params: none
SELECT c.community_code AS community_code
FROM communities AS c
WHERE
    EXISTS (
        SELECT 1
        FROM units AS u
        WHERE u.community_code = c.community_code
    )
ORDER BY c.community_code
