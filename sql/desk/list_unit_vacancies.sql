-- On which days a unit is or was vacant, and why; the newest first.
-- Reads: vacancies
-- Writes: nothing (one row per interval)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    v.reason AS reason,
    v.start_date AS start_date,
    v.end_date AS end_date,
    v.application_code AS application_code
FROM vacancies AS v
WHERE v.community_code = :community_code AND v.unit_code = :unit_code
ORDER BY v.start_date DESC
