-- The shares of shared meters that may not be split now: held back for every unit they reach or reached.
--
-- Reads: due_pools, due_pool_units, due_units (temporary), pool_shares
-- Writes: due_holds (temporary), one row per month, shared meter and unit
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, reason)
WITH faulty AS (
    SELECT
        d.community_code,
        d.period,
        d.meter_code,
        d.building_code,
        d.charge_kind,
        d.fault
    FROM due_pools AS d
    WHERE d.fault IS NOT NULL
),

reached AS (
    SELECT
        d.meter_code,
        d.period,
        p.unit_code
    FROM faulty AS d
    INNER JOIN due_pool_units AS p
        ON d.community_code = p.community_code AND d.period = p.period AND d.building_code = p.building_code
    UNION
    SELECT
        d.meter_code,
        d.period,
        p.unit_code
    FROM faulty AS d
    INNER JOIN due_pool_units AS p
        ON d.community_code = p.community_code AND d.period = p.period AND d.building_code IS NULL
    UNION
    SELECT
        d.meter_code,
        d.period,
        s.unit_code
    FROM faulty AS d
    INNER JOIN pool_shares AS s ON d.meter_code = s.meter_code AND d.period = s.period
)

SELECT
    d.community_code,
    d.period,
    r.unit_code,
    d.charge_kind,
    d.meter_code,
    d.fault
FROM reached AS r
INNER JOIN faulty AS d ON r.meter_code = d.meter_code AND r.period = d.period
INNER JOIN due_units AS u
    ON d.community_code = u.community_code AND d.period = u.period AND r.unit_code = u.unit_code
