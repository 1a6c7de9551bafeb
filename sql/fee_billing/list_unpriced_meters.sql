-- Metered charges that are not billed because their kind and use has no tariff on any day of the month, though there are
-- meters in use for it: listed once per community.
--
-- A use that has a tariff by month is charged by that; a charge that is listed already is not listed again.
--
-- Reads: due_periods, due_units, due_segments, due_tariffs, due_use_tariffs, due_exceptions (temporary), meters
-- Writes: due_exceptions (temporary), one row per month, community, charge and use (shared meters: no use)
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
WITH uses AS (
    SELECT
        u.community_code,
        u.period,
        u.unit_code,
        u.unit_use
    FROM due_units AS u
    WHERE u.unit_use IS NOT NULL
    UNION
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        s.unit_use
    FROM due_segments AS s
    WHERE s.unit_use IS NOT NULL
),

metered AS (
    SELECT
        p.community_code,
        p.period,
        CASE WHEN m.unit_code IS NULL THEN 'shared_' || m.utility ELSE m.utility END AS charge_kind,
        CASE WHEN m.unit_code IS NULL THEN 'shared' ELSE s.unit_use END AS unit_use,
        count(DISTINCT m.unit_code) AS units,
        min(coalesce(m.unit_code, m.meter_code)) AS first_unit
    FROM due_periods AS p
    INNER JOIN meters AS m
        ON
            p.community_code = m.community_code
            AND (m.valid_from IS NULL OR p.end_day > m.valid_from)
            AND (m.valid_to IS NULL OR p.bill_from <= m.valid_to)
    LEFT JOIN uses AS s
        ON p.community_code = s.community_code AND p.period = s.period AND m.unit_code = s.unit_code
    WHERE m.unit_code IS NULL OR s.unit_code IS NOT NULL
    GROUP BY
        p.community_code, p.period, CASE WHEN m.unit_code IS NULL THEN 'shared_' || m.utility ELSE m.utility END,
        CASE WHEN m.unit_code IS NULL THEN 'shared' ELSE s.unit_use END
)

SELECT
    'no_tariff',
    m.period,
    m.charge_kind || '/' || m.unit_use,
    m.community_code,
    m.charge_kind,
    nullif(m.unit_use, 'shared'),
    m.units,
    jsonb_build_object('first_unit', m.first_unit)
FROM metered AS m
WHERE
    NOT EXISTS (
        SELECT 1
        FROM due_use_tariffs AS t
        WHERE
            t.community_code = m.community_code
            AND t.period = m.period
            AND t.charge_kind = m.charge_kind
            AND t.unit_use = m.unit_use
    )
    AND NOT EXISTS (
        SELECT 1
        FROM due_tariffs AS t
        WHERE
            t.community_code = m.community_code
            AND t.period = m.period
            AND t.charge_kind = m.charge_kind
            AND (t.unit_use = m.unit_use OR m.unit_use = 'shared')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM due_exceptions AS e
        WHERE
            e.kind = 'no_tariff'
            AND e.period = m.period
            AND e.community_code = m.community_code
            AND e.subject = m.charge_kind || '/' || m.unit_use
    )
