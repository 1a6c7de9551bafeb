-- Calendars that working days of communities are counted by: the community's own, where it is loaded.
--
-- Reads: communities, calendars
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   community_codes (text[]): communities asked for
--   office (text): calendar of a community that names none
SELECT
    c.community_code,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM calendars AS k
            WHERE k.calendar_code = c.working_calendar
        ) THEN c.working_calendar
        ELSE CAST(:office AS text)
    END AS calendar_code
FROM communities AS c
WHERE c.community_code = any(CAST(:community_codes AS text[]))
ORDER BY c.community_code
