-- INS-07: an accepted registration opens a case at once: shut off water and electricity, read the meters.
--
-- Not for applications made before the community was served, nor for a registration without a day. The customer is the
-- owner on the day of the application: who pays the fees before others, then the latest. The case is GJ-<application>, or
-- the first of GJ2-<application>, GJ3-<application> … that no case has.
--
-- Reads: vacancy_registrations, vacancy_applications, cases, occupancies, inspected_communities (temporary)
-- Writes: cases and vacancy_registrations.case_code, one row each per registration accepted
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant the cases are opened at
WITH wanted AS (
    SELECT
        r.application_code,
        (
            SELECT k.case_code
            FROM (
                SELECT
                    g.number,
                    concat('GJ', CASE WHEN g.number > 1 THEN g.number END, '-', r.application_code) AS case_code
                FROM generate_series(1, 99) AS g (number)
            ) AS k
            WHERE
                NOT EXISTS (
                    SELECT 1
                    FROM cases AS e
                    WHERE e.case_code = k.case_code
                )
            ORDER BY k.number ASC
            LIMIT 1
        ) AS case_code,
        a.community_code,
        a.unit_code,
        (
            SELECT o.customer_code
            FROM occupancies AS o
            WHERE
                o.community_code = a.community_code
                AND o.unit_code = a.unit_code
                AND o.role = 'owner'
                AND o.start_date <= a.applied_on
                AND coalesce(o.end_date >= a.applied_on, TRUE)
            ORDER BY o.pays_fees DESC, o.start_date DESC, o.customer_code ASC
            LIMIT 1
        ) AS customer_code,
        'repair' AS kind,
        'in_home' AS area,
        'ordinary' AS urgency,
        '巡检' AS channel,
        c.department,
        format(
            '空置登记 %s（%s，%s 至 %s）：请关闭水、电总阀，现场抄录水表、电表读数。申请表底数：水表 %s 吨，电表 %s 度。',
            r.application_code,
            a.unit_code,
            r.first_day,
            r.last_day,
            coalesce(CAST(trim_scale(a.water_reading) AS text), '—'),
            coalesce(CAST(trim_scale(a.electricity_reading) AS text), '—')
        ) AS description,
        CAST(:as_of AS timestamptz) AS opened_at
    FROM vacancy_registrations AS r
    INNER JOIN vacancy_applications AS a ON r.application_code = a.application_code
    INNER JOIN inspected_communities AS c ON a.community_code = c.community_code
    WHERE
        r.state = 'accepted'
        AND r.case_code IS NULL
        AND r.last_day >= r.first_day
        AND a.applied_on >= c.live_from
        AND a.applied_on <= CAST(CAST(:as_of AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date)
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, unit_code, customer_code, kind, area, urgency, channel, department, description,
        opened_at
    )
    SELECT
        w.case_code,
        w.community_code,
        w.unit_code,
        w.customer_code,
        w.kind,
        w.area,
        w.urgency,
        w.channel,
        w.department,
        w.description,
        w.opened_at
    FROM wanted AS w
    RETURNING case_code
)

UPDATE vacancy_registrations AS r SET
    case_code = o.case_code
FROM wanted AS w
INNER JOIN opened AS o ON w.case_code = o.case_code
WHERE r.application_code = w.application_code
