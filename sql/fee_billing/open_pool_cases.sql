-- BILL-03: opens a case for every abnormal or negative shared meter that an approval shows and that has none for this
-- cost: GY-<meter>-<month>, or the next of GY2-<meter>-<month>, GY3-<meter>-<month> … that no case has.
--
-- Reads: billing_runs, billing_exceptions, utility_pools, cases
-- Writes: cases, one row per shared meter, month and cost; utility_pools, the case of each
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant the cases are opened at
--   department (text): department that looks after them
--   run_id (bigint): run that writes; blank: none
WITH shown AS (
    SELECT DISTINCT
        u.meter_code,
        u.period,
        u.community_code,
        u.building_code,
        u.charge_kind,
        u.use,
        u.median_use,
        u.cost
    FROM billing_runs AS r
    INNER JOIN billing_exceptions AS e ON r.run_code = e.run_code AND e.kind IN ('abnormal_pool', 'negative_pool')
    INNER JOIN utility_pools AS u ON e.meter_code = u.meter_code AND e.period = u.period
    WHERE r.state = 'awaiting_approval' AND u.state = 'held' AND u.case_code IS NULL
),

described AS (
    SELECT
        s.meter_code,
        s.period,
        s.community_code,
        (
            SELECT
                min(concat('GY', CASE WHEN g.number > 1 THEN g.number END, '-', s.meter_code, '-', s.period))
                FILTER (
                    WHERE g.number = (
                        SELECT min(h.number)
                        FROM generate_series(1, 999) AS h (number)
                        WHERE NOT EXISTS (
                            SELECT 1
                            FROM cases AS c
                            WHERE c.case_code = concat(
                                'GY', CASE WHEN h.number > 1 THEN h.number END, '-', s.meter_code, '-', s.period
                            )
                        )
                    )
                )
            FROM generate_series(1, 999) AS g (number)
        ) AS case_code,
        concat(
            '公摊用量异常：表计 ', s.meter_code,
            coalesce('（' || s.building_code || ' 栋）', '（全小区）'),
            CASE s.charge_kind WHEN 'shared_water' THEN '公摊水费' ELSE '公摊电费' END,
            ' ', s.period, ' 用量 ', trim_scale(s.use),
            coalesce('，前几个月中位数 ' || CAST(trim_scale(s.median_use) AS text), ''),
            '，费用 ', s.cost, ' 元未出账，请现场核查。'
        ) AS description
    FROM shown AS s
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, kind, area, urgency, channel, department, description, opened_at
    )
    SELECT
        d.case_code,
        d.community_code,
        'repair',
        'public',
        'ordinary',
        '出账',
        CAST(:department AS text),
        d.description,
        CAST(:as_of AS timestamptz)
    FROM described AS d
    ON CONFLICT (case_code) DO NOTHING
    RETURNING case_code
)

UPDATE utility_pools AS u
SET case_code = d.case_code, run_id = CAST(:run_id AS bigint)
FROM described AS d
INNER JOIN opened AS o ON d.case_code = o.case_code
WHERE u.meter_code = d.meter_code AND u.period = d.period
