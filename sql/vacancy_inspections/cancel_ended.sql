-- A unit that is no longer vacant is not inspected any more, unless it was entered before; basements always are.
--
-- Reads: inspections, units, vacancy_grounds, planned_communities (temporary)
-- Writes: inspections, one row per inspection cancelled
-- Rerun: the same state
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day that is planned
--   period (text): its month, YYYY-MM
UPDATE inspections AS i
SET
    state = 'cancelled',
    cancelled_reason = 'vacancy_ended',
    run_id = :run_id
FROM planned_communities AS c
WHERE
    i.community_code = c.community_code
    AND c.plan_from <= CAST(:day AS date)
    AND i.state IN ('planned', 'not_entered')
    AND i.planned_on <= CAST(:day AS date)
    AND CASE
        WHEN i.plan = 'monthly' THEN i.period = CAST(:period AS text)
        WHEN i.plan IN ('rain', 'severe_weather')
            THEN
                CAST(i.deadline AT TIME ZONE 'Asia/Shanghai' AS date) >= CAST(:day AS date)
                AND NOT EXISTS (
                    SELECT 1
                    FROM units AS u
                    WHERE
                        u.community_code = i.community_code
                        AND u.unit_code = i.unit_code
                        AND u.unit_use = 'basement'
                )
        ELSE FALSE
    END
    AND NOT EXISTS (
        SELECT 1
        FROM vacancy_grounds AS g
        WHERE
            g.community_code = i.community_code
            AND g.unit_code = i.unit_code
            AND g.known_on <= CAST(:day AS date)
            AND g.start_date <= CAST(:day AS date)
            AND coalesce(g.end_date >= CAST(:day AS date), TRUE)
    )
