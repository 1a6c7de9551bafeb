-- How many inspections are planned for a day and not made yet, for a day that has no worklists yet.
-- Reads: inspections
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   day (date): day planned for, in Asia/Shanghai
--   community_code (text): only this community; null: all
SELECT count(*) AS inspections
FROM inspections AS i
WHERE
    i.state = 'planned'
    AND i.due_on = CAST(:day AS date)
    AND (CAST(:community_code AS text) IS NULL OR i.community_code = :community_code)
