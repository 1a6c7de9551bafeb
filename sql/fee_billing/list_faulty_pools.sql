-- BILL-03: shared meters that are not billed unasked: abnormal or negative use, or no unit to split over; shown to
-- management with the figures.
--
-- Reads: due_pools (temporary)
-- Writes: due_exceptions (temporary), one row per month, shared meter and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, meter_code, charge_kind, units, detail)
SELECT
    d.fault,
    d.period,
    d.meter_code,
    d.community_code,
    d.meter_code,
    d.charge_kind,
    d.households,
    jsonb_strip_nulls(jsonb_build_object(
        'use', CAST(d.use AS text),
        'median_use', CAST(d.median_use AS text),
        'known_months', d.known_months,
        'factor', CAST(trim_scale(d.abnormal_pool_factor) AS text),
        'cost', CAST(d.fen * 0.01 AS text),
        'building', d.building_code
    ))
FROM due_pools AS d
WHERE d.fault IN ('abnormal_pool', 'negative_pool', 'no_households')
