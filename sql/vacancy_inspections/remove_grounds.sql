-- Removes the grounds of the communities served that are no longer derived.
--
-- Reads: derived_grounds (temporary), inspected_communities (temporary)
-- Writes: vacancy_grounds, one row per ground that is gone or has changed
-- Rerun: writes nothing
--
-- Params:
--   day (date): day derived for, inclusive; communities served from later on keep theirs
DELETE FROM vacancy_grounds AS k
USING inspected_communities AS c
WHERE
    k.community_code = c.community_code
    AND c.live_from <= CAST(:day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM derived_grounds AS g
        WHERE
            g.community_code = k.community_code
            AND g.unit_code = k.unit_code
            AND g.ground = k.ground
            AND g.start_date = k.start_date
            AND g.known_on = k.known_on
            AND coalesce(g.end_date, 'infinity') = coalesce(k.end_date, 'infinity')
            AND coalesce(g.application_code, '') = coalesce(k.application_code, '')
    )
