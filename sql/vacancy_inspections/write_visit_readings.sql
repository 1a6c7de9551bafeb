-- INS-03: readings of visits become meter readings, which bills and the use of empty flats are reckoned from. An
-- estimate of the day becomes the actual reading.
--
-- Reads: judged_readings (temporary)
-- Writes: meter_readings, one row per meter and day
-- Rerun: writes nothing
--
-- Params: none
INSERT INTO meter_readings AS r (meter_code, read_on, reading, estimated)
SELECT DISTINCT
    j.meter_code,
    j.read_on,
    j.reading,
    FALSE
FROM judged_readings AS j
WHERE j.outcome = 'new'
ON CONFLICT (meter_code, read_on) DO UPDATE
    SET reading = excluded.reading, estimated = FALSE, loaded_from = NULL
    WHERE r.estimated
