-- INS-09: keeps the use of registrations' months with the arithmetic. Whether a month was
-- told as occupied is left to who tells: a month that no longer is must be told as well.
--
-- Reads: changed_use, use_shares (temporary)
-- Writes: vacancy_use, one row per registration and month that changes
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
INSERT INTO vacancy_use (
    application_code, period, community_code, unit_code, water_use, electricity_use, water_known_to,
    electricity_known_to, is_occupied, explanation, run_id
)
SELECT
    c.application_code,
    c.period,
    c.community_code,
    c.unit_code,
    c.water_use,
    c.electricity_use,
    c.water_known_to,
    c.electricity_known_to,
    c.is_occupied,
    jsonb_build_object(
        'rule_id', 'INS-09',
        'first_day', c.first_day,
        'last_day', c.last_day,
        'water_limit', CAST(trim_scale(c.water_limit) AS text),
        'electricity_limit', CAST(trim_scale(c.electricity_limit) AS text),
        'stretches', coalesce(e.stretches, jsonb_build_array()),
        'digest', c.digest,
        'inputs', c.inputs
    ),
    CAST(:run_id AS bigint)
FROM changed_use AS c
LEFT JOIN (
    SELECT
        s.application_code,
        s.period,
        jsonb_agg(
            jsonb_build_object(
                'utility', s.utility,
                'meter_code', s.meter_code,
                'is_from_application', s.is_from_application,
                'first_day', s.first_day,
                'last_day', s.last_day,
                'days', s.days,
                'from_reading', CAST(trim_scale(s.from_reading) AS text),
                'to_reading', CAST(trim_scale(s.to_reading) AS text),
                'multiplier', CAST(trim_scale(s.multiplier) AS text),
                'used', CAST(trim_scale(s.used) AS text),
                'counted_from', s.counted_from,
                'counted_to', s.counted_to,
                'counted_days', s.counted_to - s.counted_from + 1,
                'share', CAST(trim_scale(s.share) AS text)
            )
            ORDER BY s.utility DESC, s.meter_code ASC, s.first_day ASC
        ) AS stretches
    FROM use_shares AS s
    INNER JOIN changed_use AS w ON s.application_code = w.application_code AND s.period = w.period
    GROUP BY s.application_code, s.period
) AS e ON c.application_code = e.application_code AND c.period = e.period
ON CONFLICT (application_code, period) DO UPDATE
    SET
        community_code = excluded.community_code,
        unit_code = excluded.unit_code,
        water_use = excluded.water_use,
        electricity_use = excluded.electricity_use,
        water_known_to = excluded.water_known_to,
        electricity_known_to = excluded.electricity_known_to,
        is_occupied = excluded.is_occupied,
        explanation = excluded.explanation,
        run_id = excluded.run_id
