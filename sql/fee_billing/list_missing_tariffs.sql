-- Charges that are not billed because their kind and use has no tariff on any day of the month: listed once per community.
--
-- Every unit owes a property fee and a parking space a parking fee; other charges are looked for where the community had a
-- tariff for them before. Days a contract stands for need no tariff.
--
-- Reads: due_periods, due_units, due_segments, due_tariffs, due_use_tariffs (temporary), tariffs,
-- contracts
-- Writes: due_exceptions (temporary), one row per month, community, charge and use
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
WITH present AS (
    SELECT
        u.community_code,
        u.period,
        u.unit_code,
        u.unit_use,
        p.bill_from AS first_day,
        p.end_day
    FROM due_units AS u
    INNER JOIN due_periods AS p ON u.community_code = p.community_code AND u.period = p.period
    WHERE u.unit_use IS NOT NULL
    UNION ALL
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        s.unit_use,
        min(s.first_day),
        max(s.end_day)
    FROM due_segments AS s
    WHERE s.unit_use IS NOT NULL
    GROUP BY s.community_code, s.period, s.unit_code, s.unit_use
),

uses AS (
    SELECT DISTINCT
        b.community_code,
        b.period,
        b.unit_use
    FROM present AS b
),

expected AS (
    SELECT
        s.community_code,
        s.period,
        'property' AS charge_kind,
        s.unit_use
    FROM uses AS s
    UNION
    SELECT
        s.community_code,
        s.period,
        'parking',
        s.unit_use
    FROM uses AS s
    WHERE s.unit_use = 'parking'
    UNION
    SELECT
        s.community_code,
        s.period,
        t.charge_kind,
        s.unit_use
    FROM uses AS s
    INNER JOIN due_periods AS p ON s.community_code = p.community_code AND s.period = p.period
    INNER JOIN tariffs AS t
        ON s.community_code = t.community_code AND (t.unit_use IS NULL OR s.unit_use = t.unit_use)
    WHERE t.basis <> 'consumption' AND t.valid_from < p.bill_from
),

missing AS MATERIALIZED (
    SELECT
        e.community_code,
        e.period,
        e.charge_kind,
        e.unit_use
    FROM expected AS e
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM due_tariffs AS t
            WHERE
                t.community_code = e.community_code
                AND t.period = e.period
                AND t.charge_kind = e.charge_kind
                AND t.unit_use = e.unit_use
        )
        -- What is charged by use now needs no tariff by month.
        AND NOT EXISTS (
            SELECT 1
            FROM due_use_tariffs AS t
            WHERE
                t.community_code = e.community_code
                AND t.period = e.period
                AND t.charge_kind = e.charge_kind
                AND t.unit_use IN (e.unit_use, 'shared')
        )
)

SELECT
    'no_tariff',
    m.period,
    m.charge_kind || '/' || m.unit_use,
    m.community_code,
    m.charge_kind,
    m.unit_use,
    count(DISTINCT b.unit_code),
    jsonb_build_object('first_unit', min(b.unit_code))
FROM missing AS m
INNER JOIN present AS b
    ON m.community_code = b.community_code AND m.period = b.period AND m.unit_use = b.unit_use
WHERE
    NOT EXISTS (
        SELECT 1
        FROM contracts AS k
        WHERE
            k.community_code = b.community_code
            AND k.unit_code = b.unit_code
            AND k.charge_kind = m.charge_kind
            AND k.start_date <= b.first_day
            AND (k.end_date IS NULL OR k.end_date + 1 >= b.end_day)
    )
GROUP BY m.community_code, m.period, m.charge_kind, m.unit_use
