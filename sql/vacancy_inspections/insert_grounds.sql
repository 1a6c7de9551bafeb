-- Keeps the grounds that are new or were removed as changed.
--
-- Reads: derived_grounds (temporary), vacancy_grounds
-- Writes: vacancy_grounds, one row per unit, ground and interval
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
INSERT INTO vacancy_grounds (
    community_code, unit_code, ground, start_date, end_date, known_on, application_code, run_id
)
SELECT
    g.community_code,
    g.unit_code,
    g.ground,
    g.start_date,
    g.end_date,
    g.known_on,
    g.application_code,
    CAST(:run_id AS bigint) AS run_id
FROM derived_grounds AS g
WHERE
    NOT EXISTS (
        SELECT 1
        FROM vacancy_grounds AS k
        WHERE
            k.community_code = g.community_code
            AND k.unit_code = g.unit_code
            AND k.ground = g.ground
            AND k.start_date = g.start_date
    )
