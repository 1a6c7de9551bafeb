-- A vacancy application as its explanation begins, with the judgement on it.
--
-- Reads: vacancy_applications, communities, vacancy_registrations, runs
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   application_code (text): the application
SELECT
    a.application_code,
    a.community_code,
    c.community_name,
    a.unit_code,
    a.applied_on,
    a.start_date,
    a.end_date,
    a.ended_on,
    a.identity_checked,
    a.water_reading,
    a.electricity_reading,
    r.state,
    r.reason,
    r.overlaps_code,
    o.start_date AS overlaps_from,
    coalesce(o.ended_on, o.end_date) AS overlaps_to,
    r.first_day,
    r.last_day,
    r.case_code,
    r.judged_at,
    n.run_code
FROM vacancy_applications AS a
INNER JOIN communities AS c ON a.community_code = c.community_code
LEFT JOIN vacancy_registrations AS r ON a.application_code = r.application_code
LEFT JOIN vacancy_applications AS o ON r.overlaps_code = o.application_code
LEFT JOIN runs AS n ON r.run_id = n.run_id
WHERE a.application_code = :application_code
