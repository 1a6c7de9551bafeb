-- INS-09: months of registered vacancies that count as occupied and are not on the managers' list yet, and those that
-- were told of and count no longer, since a reading was corrected. Months before the community was served are left out.
--
-- Reads: vacancy_use, vacancy_registrations, inspected_communities (temporary), communities, units, buildings
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    w.application_code,
    w.period,
    w.community_code,
    c.community_name,
    coalesce(b.building_name, u.building_code) AS building_name,
    w.unit_code,
    w.is_occupied,
    w.water_use,
    w.electricity_use,
    g.water_limit,
    g.electricity_limit,
    r.first_day,
    r.last_day
FROM vacancy_use AS w
INNER JOIN inspected_communities AS g ON w.community_code = g.community_code
INNER JOIN communities AS c ON w.community_code = c.community_code
INNER JOIN units AS u ON w.community_code = u.community_code AND w.unit_code = u.unit_code
LEFT JOIN buildings AS b ON u.community_code = b.community_code AND u.building_code = b.building_code
INNER JOIN vacancy_registrations AS r ON w.application_code = r.application_code
WHERE w.is_occupied = (w.told_at IS NULL) AND w.period >= to_char(g.live_from, 'YYYY-MM')
ORDER BY w.is_occupied DESC, w.community_code ASC, w.unit_code ASC, w.period ASC
