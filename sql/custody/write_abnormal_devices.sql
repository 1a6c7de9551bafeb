-- Devices found out of order at the start of a shift, each check once, whenever its register came in (CUST-04).
--
-- Reads: device_checks, staff, kept_communities (temporary)
-- Writes: custody_steps, one row per person, instant and device
-- Rerun: writes nothing for checks that are there; one cancelled by mistake comes back
--
-- Params:
--   first_day (date): first day looked at, inclusive; what is older is no news to anybody
--   at (timestamptz): instant, inclusive
--   run_id (bigint): run
INSERT INTO custody_steps AS s (step, subject, due_on, community_code, staff_code, checked_at, device, run_id)
SELECT
    'device_abnormal' AS step,
    concat_ws(
        ' ', d.staff_code, to_char(d.checked_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), d.device
    ) AS subject,
    CAST(d.checked_at AT TIME ZONE 'Asia/Shanghai' AS date) AS due_on,
    f.community_code,
    d.staff_code,
    d.checked_at,
    d.device,
    CAST(:run_id AS bigint) AS run_id
FROM device_checks AS d
INNER JOIN staff AS f ON d.staff_code = f.staff_code
INNER JOIN kept_communities AS c ON c.community_code = coalesce(f.community_code, '')
WHERE
    NOT d.normal
    AND d.checked_at <= CAST(:at AS timestamptz)
    AND CAST(d.checked_at AT TIME ZONE 'Asia/Shanghai' AS date) >= greatest(c.live_from, CAST(:first_day AS date))
ON CONFLICT (step, subject, due_on) DO UPDATE
    SET cancelled_on = NULL, run_id = excluded.run_id
    WHERE s.cancelled_on IS NOT NULL
