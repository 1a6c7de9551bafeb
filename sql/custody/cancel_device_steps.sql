-- Cancels what nobody was told of yet of devices: a check that is in order after all, or that came in late (CUST-04).
--
-- Reads: custody_steps, device_checks, staff
-- Writes: custody_steps, the rows cancelled
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant, inclusive
--   today (date): its day
--   run_id (bigint): run
UPDATE custody_steps AS s
SET cancelled_on = CAST(:today AS date), run_id = CAST(:run_id AS bigint)
FROM device_checks AS d
INNER JOIN staff AS f ON d.staff_code = f.staff_code
WHERE
    s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND d.checked_at <= CAST(:at AS timestamptz)
    AND CASE s.step
        WHEN 'device_abnormal'
            THEN d.normal AND s.staff_code = d.staff_code AND s.checked_at = d.checked_at AND s.device = d.device
        WHEN 'device_unchecked'
            THEN
                coalesce(s.community_code, '') = coalesce(f.community_code, '')
                AND s.due_on = CAST(d.checked_at AT TIME ZONE 'Asia/Shanghai' AS date)
                AND (s.device IS NULL OR s.device = d.device)
        ELSE FALSE
    END
