-- INS-01: the grounds on which residential units, shops and offices are vacant, as intervals of days.
--
-- Unsold: from the day the community is served until the day before the handover. Not fitted out: from the handover
-- until the day before the first stage of the fit-out. The register's fit_out says how the unit is now, not since when:
-- a unit whose first stage is still to come was not fitted out on the day, whatever the register says by now; one without
-- a stage counts only if the register says none, and a blank is unknown, never guessed. A finished unit whose first known
-- stage begins long after the handover (setting first_fit_out_months) is refurbished: it was not vacant for it.
-- Registered: the days of an accepted registration. What has not happened by the day (handover, stage, change of use) is
-- not seen. Intervals that end before the community is served are left out. Days on which the unit had another use, or was
-- not there yet, are cut out.
--
-- Reads: units, unit_versions, fit_outs, vacancy_registrations, vacancy_applications, inspected_communities (temporary)
-- Writes: derived_grounds (temporary), one row per unit, ground and interval; known_on: first day it was known
-- Rerun: once per transaction
--
-- Params:
--   day (date): day derived for, inclusive
CREATE TEMPORARY TABLE derived_grounds ON COMMIT DROP AS
WITH served AS (
    SELECT
        c.community_code,
        c.live_from,
        c.first_fit_out_months
    FROM inspected_communities AS c
    WHERE c.live_from <= CAST(:day AS date)
),

changed_units AS (
    SELECT DISTINCT
        v.community_code,
        v.unit_code
    FROM unit_versions AS v
    WHERE v.valid_from > CAST('0001-01-01' AS date)
),

uses AS (
    SELECT
        v.community_code,
        v.unit_code,
        v.unit_use,
        daterange(
            v.valid_from,
            lead(v.valid_from) OVER (PARTITION BY v.community_code, v.unit_code ORDER BY v.valid_from)
        ) AS days
    FROM unit_versions AS v
    INNER JOIN changed_units AS h ON v.community_code = h.community_code AND v.unit_code = h.unit_code
    WHERE v.valid_from <= CAST(:day AS date)
),

days_of_use AS (
    SELECT
        s.community_code,
        s.unit_code,
        range_agg(s.days) FILTER (WHERE s.unit_use IN ('residential', 'shop', 'office')) AS days
    FROM uses AS s
    GROUP BY s.community_code, s.unit_code
),

first_stages AS (
    SELECT
        f.community_code,
        f.unit_code,
        min(f.start_date) FILTER (WHERE f.start_date <= CAST(:day AS date)) AS start_date,
        min(f.start_date) AS first_planned
    FROM fit_outs AS f
    GROUP BY f.community_code, f.unit_code
),

accepted AS (
    SELECT
        a.application_code,
        a.community_code,
        a.unit_code,
        a.applied_on,
        daterange(r.first_day, greatest(r.first_day, r.last_day + 1)) AS days
    FROM vacancy_registrations AS r
    INNER JOIN vacancy_applications AS a ON r.application_code = a.application_code
    WHERE r.state = 'accepted'
),

flats AS (
    SELECT
        u.community_code,
        u.unit_code,
        d.live_from,
        CASE WHEN u.handover_date <= CAST(:day AS date) THEN u.handover_date END AS handover_date,
        CASE u.fit_out
            WHEN 'none' THEN TRUE
            WHEN 'done'
                THEN coalesce(f.first_planned <= u.handover_date + make_interval(months => d.first_fit_out_months), FALSE)
            ELSE f.unit_code IS NOT NULL
        END AS is_fit_out_told,
        f.start_date AS fit_out_date,
        CASE WHEN w.unit_code IS NULL THEN datemultirange(daterange(u.valid_from, NULL)) ELSE w.days END AS days
    FROM units AS u
    INNER JOIN served AS d ON u.community_code = d.community_code
    LEFT JOIN days_of_use AS w ON u.community_code = w.community_code AND u.unit_code = w.unit_code
    LEFT JOIN first_stages AS f ON u.community_code = f.community_code AND u.unit_code = f.unit_code
    WHERE
        CASE
            WHEN w.unit_code IS NOT NULL THEN w.days IS NOT NULL
            ELSE
                u.unit_use IN ('residential', 'shop', 'office')
                AND coalesce(u.valid_from <= CAST(:day AS date), TRUE)
        END
        -- Most units are lived in: they are put aside before anything is worked out.
        AND (
            coalesce(u.handover_date > d.live_from, TRUE)
            OR coalesce(u.fit_out = 'none', FALSE)
            OR f.unit_code IS NOT NULL
            OR (u.community_code, u.unit_code) IN (
                SELECT
                    a.community_code,
                    a.unit_code
                FROM accepted AS a
            )
        )
),

intervals AS (
    SELECT
        u.community_code,
        u.unit_code,
        u.live_from,
        u.days AS days_of_use,
        'unsold' AS ground,
        daterange(u.live_from, u.handover_date) AS days,
        u.live_from AS known_on,
        CAST(NULL AS text) AS application_code
    FROM flats AS u
    WHERE coalesce(u.handover_date > u.live_from, TRUE)
    UNION ALL
    SELECT
        u.community_code,
        u.unit_code,
        u.live_from,
        u.days AS days_of_use,
        'not_fitted_out' AS ground,
        daterange(
            u.handover_date, CASE WHEN u.fit_out_date IS NOT NULL THEN greatest(u.fit_out_date, u.handover_date) END
        ) AS days,
        u.handover_date AS known_on,
        CAST(NULL AS text) AS application_code
    FROM flats AS u
    WHERE
        u.handover_date IS NOT NULL AND u.is_fit_out_told
    UNION ALL
    SELECT
        u.community_code,
        u.unit_code,
        u.live_from,
        u.days AS days_of_use,
        'registered' AS ground,
        r.days,
        r.applied_on AS known_on,
        r.application_code
    FROM accepted AS r
    INNER JOIN flats AS u ON r.community_code = u.community_code AND r.unit_code = u.unit_code
    WHERE
        -- An application moved to another unit since it was judged gives way until the next judgement.
        NOT EXISTS (
            SELECT 1
            FROM accepted AS e
            WHERE
                e.community_code = r.community_code
                AND e.unit_code = r.unit_code
                AND e.days && r.days
                AND (e.applied_on, e.application_code) < (r.applied_on, r.application_code)
        )
)

SELECT
    i.community_code,
    i.unit_code,
    i.ground,
    lower(p.days) AS start_date,
    upper(p.days) - 1 AS end_date,
    greatest(i.known_on, lower(p.days)) AS known_on,
    i.application_code
FROM intervals AS i
CROSS JOIN LATERAL unnest(datemultirange(i.days) * i.days_of_use) AS p (days)
WHERE coalesce(upper(p.days) > i.live_from, TRUE)
