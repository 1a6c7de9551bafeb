-- INS-09: the accepted registrations that have begun, with their meters.
--
-- The application's readings belong to the meter that was in use on the registration's first day; where there is none or
-- several of a utility, they belong to none. A meter that came later and is in force replaces the one before it, unless
-- that one was actually read after the later one had come: then the unit has both.
--
-- Reads: vacancy_registrations, vacancy_applications, meters, meter_versions, meter_readings,
--     inspected_communities (temporary)
-- Writes: registered_meters (temporary), one row per registration, utility and meter of the unit; a utility without a
--     meter has one row with a blank meter
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; what begins later is not measured yet, later
--     readings are invisible
CREATE TEMPORARY TABLE registered_meters ON COMMIT DROP AS
WITH registrations AS (
    SELECT
        r.application_code,
        a.community_code,
        a.unit_code,
        r.first_day,
        r.last_day AS to_day,
        a.water_reading,
        a.electricity_reading
    FROM vacancy_registrations AS r
    INNER JOIN vacancy_applications AS a ON r.application_code = a.application_code
    INNER JOIN inspected_communities AS c ON a.community_code = c.community_code
    WHERE r.state = 'accepted' AND r.first_day <= least(r.last_day, CAST(:today AS date)) AND c.live_from <= :today
),

versions AS (
    SELECT
        v.meter_code,
        min(v.valid_from) AS valid_from,
        count(*) AS versions,
        min(v.multiplier) AS multiplier,
        sum(hash_numeric_extended(v.multiplier, v.valid_from - date '0001-01-01')) AS versions_hash
    FROM meter_versions AS v
    GROUP BY v.meter_code
),

unit_meters AS (
    SELECT
        m.meter_code,
        m.community_code,
        m.unit_code,
        m.utility,
        coalesce(least(m.valid_from, v.valid_from), date '0001-01-01') AS first_day,
        coalesce(m.valid_to, date '9999-12-31') AS last_day,
        CASE WHEN v.versions > 1 THEN NULL ELSE coalesce(v.multiplier, m.multiplier, 1) END AS multiplier,
        v.versions_hash
    FROM meters AS m
    LEFT JOIN versions AS v ON m.meter_code = v.meter_code
    WHERE m.unit_code IS NOT NULL
),

utilities AS (
    SELECT
        r.application_code,
        r.community_code,
        r.unit_code,
        r.first_day,
        r.to_day,
        u.utility,
        CASE u.utility WHEN 'water' THEN r.water_reading ELSE r.electricity_reading END AS base_reading
    FROM registrations AS r
    CROSS JOIN (VALUES ('water'), ('electricity')) AS u (utility)
),

replacements AS (
    SELECT
        m.meter_code,
        n.first_day,
        n.last_day
    FROM unit_meters AS m
    INNER JOIN unit_meters AS n
        ON
            m.community_code = n.community_code
            AND m.unit_code = n.unit_code
            AND m.utility = n.utility
            AND m.first_day < n.first_day
            AND m.last_day >= n.first_day
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM meter_readings AS k
            WHERE
                k.meter_code = m.meter_code
                AND k.read_on > n.first_day
                AND k.read_on <= CAST(:today AS date)
                AND k.estimated IS NOT TRUE
        )
),

beside AS (
    SELECT
        u.application_code,
        u.community_code,
        u.unit_code,
        u.first_day,
        u.to_day,
        u.utility,
        u.base_reading,
        m.meter_code,
        m.multiplier,
        m.versions_hash,
        coalesce(u.first_day BETWEEN m.first_day AND m.last_day, FALSE)
        AND NOT EXISTS (
            SELECT 1
            FROM replacements AS n
            WHERE n.meter_code = m.meter_code AND u.first_day BETWEEN n.first_day AND n.last_day
        ) AS is_in_use
    FROM utilities AS u
    LEFT JOIN unit_meters AS m
        ON u.community_code = m.community_code AND u.unit_code = m.unit_code AND u.utility = m.utility
)

SELECT
    b.application_code,
    b.community_code,
    b.unit_code,
    b.first_day,
    b.to_day,
    b.utility,
    b.base_reading,
    b.meter_code,
    b.multiplier,
    b.versions_hash,
    b.is_in_use,
    count(*) FILTER (WHERE b.is_in_use) OVER (PARTITION BY b.application_code, b.utility) AS meters_in_use
FROM beside AS b
