-- Communities for which no day of going live is set, neither their own nor one for all: they are not served at all.
-- Reads: communities, settings
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   on_day (date): day in Asia/Shanghai; settings valid from then or earlier count (inclusive)
SELECT known.community_code AS community_code
FROM communities AS known
WHERE
    NOT EXISTS (
        SELECT 1
        FROM settings AS live
        WHERE
            live.setting = 'live_from'
            AND (live.community_code IS NULL OR live.community_code = known.community_code)
            AND (live.valid_from IS NULL OR live.valid_from <= CAST(:on_day AS date))
    )
ORDER BY known.community_code
