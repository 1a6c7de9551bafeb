-- Devices nobody checked on a day on which somebody began a shift at their place (CUST-04).
--
-- A place is a community, or the company for staff who serve all. Looked for are the devices checked there in the thirty
-- days before; where there are none, whether anything was checked at all. A day is judged when the register has come so
-- far (a check of that day or a later one is known, from anywhere), or three days after it; not at all while nobody in
-- the house keeps the register.
--
-- Reads: roster, staff, device_checks, kept_communities (temporary)
-- Writes: custody_steps, one row per place, device (blank: none at all) and day, with who began first
-- Rerun: writes nothing for days that are there; one cancelled by mistake comes back
--
-- Params:
--   roles (text[]): posts whose people check devices
--   first_day (date): first day judged, inclusive
--   evening (date): last evening at or before the instant
--   evening_at (timestamptz): its 18:00; shifts that begin later do not count that day
--   at (timestamptz): instant, inclusive; later checks are not seen
--   run_id (bigint): run
INSERT INTO custody_steps AS s (step, subject, due_on, community_code, staff_code, device, run_id)
WITH checks AS (
    SELECT DISTINCT
        CAST(d.checked_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day,
        coalesce(f.community_code, '') AS place,
        d.device
    FROM device_checks AS d
    INNER JOIN staff AS f ON d.staff_code = f.staff_code
    WHERE
        d.checked_at <= CAST(:at AS timestamptz)
        AND d.checked_at
        >= CAST(CAST(:first_day AS date) - 30 AS timestamp) AT TIME ZONE 'Asia/Shanghai'
),

shifts AS (
    SELECT DISTINCT ON (r.shift_date, coalesce(f.community_code, ''))
        r.shift_date AS day,
        coalesce(f.community_code, '') AS place,
        r.staff_code
    FROM roster AS r
    INNER JOIN staff AS f ON r.staff_code = f.staff_code
    INNER JOIN kept_communities AS c ON coalesce(f.community_code, '') = c.community_code AND r.shift_date >= c.live_from
    WHERE
        r.shift_date BETWEEN CAST(:first_day AS date) AND CAST(:evening AS date)
        AND r.starts_at < CAST(:evening_at AS timestamptz)
        AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
        AND f.role = any(CAST(:roles AS text[]))
    ORDER BY r.shift_date, coalesce(f.community_code, ''), r.starts_at, r.staff_code
),

judged AS (
    SELECT
        h.day,
        h.place,
        h.staff_code
    FROM shifts AS h
    WHERE
        (
            h.day <= CAST(:evening AS date) - 3
            OR EXISTS (
                SELECT 1
                FROM checks AS k
                WHERE k.day >= h.day
            )
        )
        AND EXISTS (
            SELECT 1
            FROM checks AS k
            WHERE k.day BETWEEN h.day - 30 AND h.day
        )
),

expected AS (
    SELECT DISTINCT
        j.day,
        j.place,
        j.staff_code,
        k.device
    FROM judged AS j
    LEFT JOIN checks AS k ON j.place = k.place AND j.day - 30 <= k.day AND j.day > k.day
)

SELECT
    'device_unchecked' AS step,
    concat_ws(' ', coalesce(nullif(e.place, ''), '-'), coalesce(e.device, '-')) AS subject,
    e.day AS due_on,
    nullif(e.place, '') AS community_code,
    e.staff_code,
    e.device,
    CAST(:run_id AS bigint) AS run_id
FROM expected AS e
WHERE
    NOT EXISTS (
        SELECT 1
        FROM checks AS k
        WHERE k.day = e.day AND k.place = e.place AND k.device = coalesce(e.device, k.device)
    )
ON CONFLICT (step, subject, due_on) DO UPDATE
    SET cancelled_on = NULL, run_id = excluded.run_id
    WHERE s.cancelled_on IS NOT NULL
