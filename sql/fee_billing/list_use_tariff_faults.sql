-- Metered charges held back because of their tariffs, once per community, charge and use, with the days concerned.
--
-- Reads: due_meter_faults, due_meters, due_meter_pieces, due_use_tariffs (temporary)
-- Writes: due_exceptions (temporary), one row per month, community, charge, use and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
WITH held AS (
    SELECT
        f.community_code,
        f.period,
        e.charge_kind,
        e.unit_use,
        f.reason,
        count(DISTINCT coalesce(e.unit_code, f.meter_code)) AS units,
        min(coalesce(e.unit_code, f.meter_code)) AS first_unit
    FROM due_meter_faults AS f
    INNER JOIN due_meter_pieces AS e ON f.meter_code = e.meter_code AND f.period = e.period
    WHERE
        f.reason = 'tariff_tie' AND e.tariffs > 1
        OR f.reason = 'tariff_gap' AND e.tariffs = 0
    GROUP BY f.community_code, f.period, e.charge_kind, e.unit_use, f.reason
)

SELECT
    h.reason,
    h.period,
    concat_ws('/', h.charge_kind, nullif(h.unit_use, 'shared'), 'consumption'),
    h.community_code,
    h.charge_kind,
    nullif(h.unit_use, 'shared'),
    h.units,
    jsonb_build_object(
        'first_unit', h.first_unit,
        'stretches', jsonb_agg(
            jsonb_build_object(
                'from', t.first_day, 'to', t.end_day - 1, 'tariffs', coalesce(t.tariff_codes, '{}')
            ) ORDER BY t.first_day
        ) FILTER (WHERE t.tariffs <> 1)
    )
FROM held AS h
INNER JOIN due_use_tariffs AS t
    ON
        h.community_code = t.community_code
        AND h.period = t.period
        AND h.charge_kind = t.charge_kind
        AND h.unit_use = t.unit_use
GROUP BY h.community_code, h.period, h.charge_kind, h.unit_use, h.reason, h.units, h.first_unit
