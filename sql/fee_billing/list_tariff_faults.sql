-- Charges held back because of their tariffs, once per community, charge and use, with the days concerned.
--
-- Reads: due_holds, due_tariffs (temporary)
-- Writes: due_exceptions (temporary), one row per month, community, charge, use and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
WITH held AS (
    SELECT
        h.community_code,
        h.period,
        h.charge_kind,
        h.unit_use,
        h.reason,
        count(*) AS units,
        min(h.unit_code) AS first_unit
    FROM due_holds AS h
    WHERE h.reason IN ('tariff_gap', 'tariff_tie')
    GROUP BY h.community_code, h.period, h.charge_kind, h.unit_use, h.reason
)

SELECT
    h.reason,
    h.period,
    h.charge_kind || '/' || h.unit_use,
    h.community_code,
    h.charge_kind,
    h.unit_use,
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
INNER JOIN due_tariffs AS t
    ON
        h.community_code = t.community_code
        AND h.period = t.period
        AND h.charge_kind = t.charge_kind
        AND h.unit_use = t.unit_use
GROUP BY h.community_code, h.period, h.charge_kind, h.unit_use, h.reason, h.units, h.first_unit
