-- What a registered unit used, month by month; the newest first.
-- Reads: vacancy_use
-- Writes: nothing (one row per application and month)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    w.application_code AS application_code,
    w.period AS period,
    w.water_use AS water_use,
    w.electricity_use AS electricity_use,
    w.water_known_to AS water_known_to,
    w.electricity_known_to AS electricity_known_to,
    w.is_occupied AS is_occupied
FROM vacancy_use AS w
WHERE w.community_code = :community_code AND w.unit_code = :unit_code
ORDER BY w.period DESC, w.application_code DESC
