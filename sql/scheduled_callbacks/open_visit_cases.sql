-- CB-08, CB-03: a dissatisfied visited person is a complaint like any other: GJ-V- and the visit's code.
--
-- Reads: judged_visits (temporary), cases
-- Writes: cases and callback_cases, one row each per visit
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant the cases are opened at
--   run_id (bigint): run
WITH named AS (
    SELECT
        v.*,
        concat('GJ-V-', v.visit_code) AS case_code
    FROM judged_visits AS v
    WHERE v.is_dissatisfied AND v.community_code IS NOT NULL
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, unit_code, customer_code, kind, urgency, channel, department, description, opened_at
    )
    SELECT
        n.case_code,
        n.community_code,
        n.unit_code,
        n.customer_code,
        'complaint',
        'ordinary',
        '回访',
        n.department,
        concat(
            '走访不满意（满意度 ', n.satisfaction, '，主题',
            CASE n.topic
                WHEN 'safety' THEN '安全'
                WHEN 'cleaning' THEN '清洁绿化'
                WHEN 'engineering' THEN '工程'
                ELSE '其他'
            END,
            '）：', coalesce(n.comment, '客户未说明原因'),
            '（走访编号 ', n.visit_code,
            '，', to_char(n.visited_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
            '，走访人 ', n.staff_code, '）'
        ),
        CAST(:at AS timestamptz)
    FROM named AS n
    ON CONFLICT (case_code) DO NOTHING
    RETURNING case_code
)

INSERT INTO callback_cases (case_code, purpose, visit_code, customer_code, department, opened_at, run_id)
SELECT
    n.case_code,
    'correction',
    n.visit_code,
    n.customer_code,
    n.department,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM named AS n
INNER JOIN opened AS o ON n.case_code = o.case_code
