-- A unit's vacancy applications and what became of them; the newest first.
-- Reads: vacancy_applications, vacancy_registrations
-- Writes: nothing (one row per application)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    a.application_code AS application_code,
    a.applied_on AS applied_on,
    a.start_date AS start_date,
    a.end_date AS end_date,
    a.ended_on AS ended_on,
    g.state AS state,
    g.reason AS reason,
    g.overlaps_code AS overlaps_code,
    g.first_day AS first_day,
    g.last_day AS last_day,
    g.case_code AS case_code
FROM vacancy_applications AS a
LEFT JOIN vacancy_registrations AS g ON a.application_code = g.application_code
WHERE a.community_code = :community_code AND a.unit_code = :unit_code
ORDER BY a.applied_on DESC, a.application_code DESC
