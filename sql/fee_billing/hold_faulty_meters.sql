-- Metered use of units that is held back because a reading or a tariff is at fault.
--
-- Reads: due_meter_faults, due_meters (temporary), units
-- Writes: due_holds (temporary), one row per month, meter and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, unit_use, reason)
SELECT
    f.community_code,
    f.period,
    m.unit_code,
    m.charge_kind,
    f.meter_code,
    coalesce(m.unit_use, u.unit_use),
    f.reason
FROM due_meter_faults AS f
INNER JOIN due_meters AS m ON f.meter_code = m.meter_code AND f.period = m.period
INNER JOIN units AS u ON m.community_code = u.community_code AND m.unit_code = u.unit_code
