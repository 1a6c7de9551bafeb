-- INS-01: why a unit was vacant on a day, as was known that day.
--
-- Reads: vacancy_grounds
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   community_code (text): community
--   unit_code (text): unit
--   day (date): the day
SELECT
    g.ground,
    g.start_date,
    g.end_date,
    g.application_code
FROM vacancy_grounds AS g
WHERE
    g.community_code = :community_code
    AND g.unit_code = :unit_code
    AND g.known_on <= :day
    AND g.start_date <= :day
    AND coalesce(g.end_date >= :day, TRUE)
ORDER BY g.start_date, g.ground
