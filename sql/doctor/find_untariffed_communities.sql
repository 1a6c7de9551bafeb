-- Communities with units that have no tariff for the property fee in force on a day.
-- Reads: units, tariffs
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   community_codes (text array): communities looked at, those that are served
--   on_day (date): day in Asia/Shanghai (inclusive)
SELECT c.community_code AS community_code
FROM unnest(CAST(:community_codes AS text[])) AS c (community_code)
WHERE
    EXISTS (
        SELECT 1
        FROM units AS u
        WHERE u.community_code = c.community_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM tariffs AS t
        WHERE
            t.community_code = c.community_code
            AND t.charge_kind = 'property'
            AND t.valid_from <= CAST(:on_day AS date)
            AND (t.valid_to IS NULL OR t.valid_to >= CAST(:on_day AS date))
    )
ORDER BY c.community_code
