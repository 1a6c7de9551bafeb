-- Removes the intervals of the communities served that are no longer derived.
--
-- Reads: derived_vacancies (temporary), inspected_communities (temporary)
-- Writes: vacancies, one row per interval that is gone or has changed
-- Rerun: writes nothing
--
-- Params:
--   day (date): day derived for, inclusive; communities served from later on keep theirs
DELETE FROM vacancies AS k
USING inspected_communities AS c
WHERE
    k.community_code = c.community_code
    AND c.live_from <= CAST(:day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM derived_vacancies AS v
        WHERE
            v.community_code = k.community_code
            AND v.unit_code = k.unit_code
            AND v.reason = k.reason
            AND v.start_date = k.start_date
            AND coalesce(v.end_date, 'infinity') = coalesce(k.end_date, 'infinity')
            AND coalesce(v.application_code, '') = coalesce(k.application_code, '')
    )
