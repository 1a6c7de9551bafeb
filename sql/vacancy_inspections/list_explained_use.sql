-- INS-09: the use of a registration, month by month, with the arithmetic.
--
-- Reads: vacancy_use
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   application_code (text): the application
--   period (text): last month shown, YYYY-MM
SELECT
    u.period,
    u.water_use,
    u.electricity_use,
    u.water_known_to,
    u.electricity_known_to,
    u.is_occupied,
    u.explanation
FROM vacancy_use AS u
WHERE u.application_code = :application_code AND u.period <= :period
ORDER BY u.period
