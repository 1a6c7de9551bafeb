-- INS-01: takes back the remark on units in which no tenant lives, or that do not count as vacant, any more.
--
-- Reads: derived_vacancies (temporary), occupancies
-- Writes: inspection_remarks, one row per unit
-- Rerun: removes nothing
--
-- Params:
--   day (date): day judged at, inclusive
DELETE FROM inspection_remarks AS r
WHERE
    r.kind = 'tenant_lives_there'
    AND NOT EXISTS (
        SELECT 1
        FROM derived_vacancies AS v
        INNER JOIN occupancies AS o ON v.community_code = o.community_code AND v.unit_code = o.unit_code
        WHERE
            v.community_code = r.community_code
            AND v.unit_code = r.unit_code
            AND v.reason = r.detail ->> 'reason'
            AND v.start_date = CAST(r.detail ->> 'start_date' AS date)
            AND coalesce(v.end_date >= CAST(:day AS date), TRUE)
            AND o.role = 'tenant'
            AND o.start_date <= CAST(:day AS date)
            AND coalesce(o.end_date >= CAST(:day AS date), TRUE)
    )
