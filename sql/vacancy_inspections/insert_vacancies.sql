-- Keeps the intervals that are new or were removed as changed.
--
-- Reads: derived_vacancies (temporary), vacancies
-- Writes: vacancies, one row per unit and interval
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
INSERT INTO vacancies (community_code, unit_code, reason, start_date, end_date, application_code, run_id)
SELECT
    v.community_code,
    v.unit_code,
    v.reason,
    v.start_date,
    v.end_date,
    v.application_code,
    CAST(:run_id AS bigint) AS run_id
FROM derived_vacancies AS v
WHERE
    NOT EXISTS (
        SELECT 1
        FROM vacancies AS k
        WHERE
            k.community_code = v.community_code
            AND k.unit_code = v.unit_code
            AND k.start_date = v.start_date
    )
