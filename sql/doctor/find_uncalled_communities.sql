-- Communities that are served on a day, but have nobody to call their customers: neither an agent of their own nor one
-- who serves all communities.
-- Reads: communities, settings, staff
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   on_day (date): day in Asia/Shanghai on which people must be employed (inclusive)
SELECT c.community_code AS community_code
FROM communities AS c
WHERE
    EXISTS (
        SELECT 1
        FROM settings AS live
        WHERE
            live.setting = 'live_from'
            AND (live.community_code IS NULL OR live.community_code = c.community_code)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM staff AS p
        WHERE
            p.role = 'agent'
            AND (p.community_code IS NULL OR p.community_code = c.community_code)
            AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
            AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
    )
ORDER BY c.community_code
