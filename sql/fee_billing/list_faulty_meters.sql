-- Meters whose use is not billed because a reading is missing or fell, with the values for the approval.
--
-- Reads: due_meter_faults, due_meters, due_pools (temporary), units
-- Writes: due_exceptions (temporary), one row per month, meter and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (
    kind, period, subject, community_code, unit_code, meter_code, charge_kind, unit_use, units, detail
)
WITH faults AS (
    SELECT DISTINCT ON (f.meter_code, f.period, f.reason)
        f.community_code,
        f.period,
        f.meter_code,
        f.reason,
        f.detail
    FROM due_meter_faults AS f
    WHERE f.reason IN ('no_reading', 'falling_reading')
    ORDER BY f.meter_code, f.period, f.reason, f.detail
)

SELECT
    f.reason,
    f.period,
    f.meter_code,
    f.community_code,
    m.unit_code,
    f.meter_code,
    m.charge_kind,
    u.unit_use,
    coalesce(d.households, 1),
    f.detail
FROM faults AS f
INNER JOIN due_meters AS m ON f.meter_code = m.meter_code AND f.period = m.period
LEFT JOIN units AS u ON m.community_code = u.community_code AND m.unit_code = u.unit_code
LEFT JOIN due_pools AS d ON f.meter_code = d.meter_code AND f.period = d.period
