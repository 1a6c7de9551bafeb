-- CB-03: a dissatisfied answer goes back to the departments whose work it was about: one case for each of them, GJ- and
-- the callback's code, with -2, -3 … for further ones. Its resolution makes a recheck due; dissatisfied again, again a case.
--
-- Of answers that differ the lowest opens the case (both were said, or one of two agents is wrong: the department finds
-- out). A result that was corrected by whoever reported it counts as corrected. A callback opens its cases once.
--
-- A case must belong to a community; of a prospect, who belongs to none, it is that of the agent who called, else the
-- first one served.
--
-- Reads: callback_attempts, callbacks, callback_contacts, callback_results, callback_cases, cases, staff, occupancies,
--     called_communities (temporary)
-- Writes: cases and callback_cases, one row each per callback and department
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant the cases are opened at; results judged more than 31 days before are left alone, so that a
--       bound that is raised opens no cases of the past
--   dissatisfied_up_to (int): satisfaction, inclusive, up to which a case is opened where the community says nothing
--   department (text): department where neither case nor community names one
--   run_id (bigint): run
WITH said AS (
    SELECT DISTINCT ON (a.callback_code)
        a.callback_code,
        a.attempted_at,
        a.staff_code,
        a.satisfaction
    FROM callback_attempts AS a
    LEFT JOIN callback_attempts AS w
        ON a.callback_code = w.callback_code AND a.attempted_at = w.attempted_at AND w.verdict <> 'superseded'
    WHERE
        a.satisfaction IS NOT NULL
        AND a.judged_at >= CAST(:at AS timestamptz) - interval '31 days'
        AND a.reason IS DISTINCT FROM 'before_plan'
        AND (a.verdict <> 'superseded' OR a.staff_code <> w.staff_code)
    ORDER BY a.callback_code ASC, a.satisfaction ASC, a.attempted_at ASC, a.edition ASC
),

dissatisfied AS (
    SELECT
        s.callback_code,
        s.attempted_at,
        s.staff_code,
        s.satisfaction,
        k.customer_code,
        coalesce(k.community_code, p.community_code, (SELECT min(l.community_code) FROM called_communities AS l))
            AS community_code,
        nullif(btrim(r.comment), '') AS comment
    FROM said AS s
    INNER JOIN callbacks AS k ON s.callback_code = k.callback_code AND k.state = 'reached'
    INNER JOIN staff AS p ON s.staff_code = p.staff_code
    INNER JOIN callback_results AS r ON s.callback_code = r.callback_code AND s.attempted_at = r.attempted_at
    LEFT JOIN called_communities AS c ON k.community_code = c.community_code
    WHERE
        s.satisfaction <= coalesce(c.dissatisfied_up_to, CAST(:dissatisfied_up_to AS integer))
        AND (k.community_code IS NULL OR c.community_code IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1
            FROM callback_cases AS o
            WHERE o.callback_code = s.callback_code AND o.purpose = 'correction'
        )
),

work AS (
    SELECT
        d.callback_code,
        t.case_code,
        w.community_code,
        w.unit_code,
        w.area,
        coalesce(nullif(btrim(w.department), ''), c.department, CAST(:department AS text)) AS department
    FROM dissatisfied AS d
    INNER JOIN callback_contacts AS t ON d.callback_code = t.callback_code AND t.state = 'reached'
    INNER JOIN cases AS w ON t.case_code = w.case_code
    LEFT JOIN called_communities AS c ON w.community_code = c.community_code
),

by_department AS (
    SELECT
        w.callback_code,
        w.department,
        min(w.case_code) AS case_code,
        string_agg(DISTINCT w.case_code, '、' ORDER BY w.case_code) AS case_codes
    FROM work AS w
    GROUP BY w.callback_code, w.department
),

to_open AS (
    SELECT
        d.*,
        b.case_code AS source_case_code,
        b.case_codes,
        coalesce(w.community_code, d.community_code) AS case_community,
        CASE WHEN w.case_code IS NULL THEN u.unit_code ELSE w.unit_code END AS unit_code,
        w.area,
        coalesce(b.department, c.department, CAST(:department AS text)) AS department,
        row_number() OVER (PARTITION BY d.callback_code ORDER BY b.case_code) AS case_no
    FROM dissatisfied AS d
    LEFT JOIN by_department AS b ON d.callback_code = b.callback_code
    LEFT JOIN work AS w ON b.callback_code = w.callback_code AND b.case_code = w.case_code
    LEFT JOIN called_communities AS c ON d.community_code = c.community_code
    LEFT JOIN
        LATERAL (
            SELECT o.unit_code
            FROM occupancies AS o
            WHERE
                o.customer_code = d.customer_code
                AND o.community_code = d.community_code
                AND CAST(d.attempted_at AT TIME ZONE 'Asia/Shanghai' AS date)
                BETWEEN o.start_date AND coalesce(o.end_date, date '9999-12-31')
            ORDER BY o.role ASC, o.start_date ASC, o.unit_code ASC
            LIMIT 1
        ) AS u
        ON b.callback_code IS NULL
),

free_codes AS (
    SELECT
        n.callback_code,
        k.case_code,
        row_number() OVER (PARTITION BY n.callback_code ORDER BY k.number) AS case_no
    FROM (SELECT DISTINCT t.callback_code FROM to_open AS t) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                g.number,
                concat('GJ-', n.callback_code, CASE WHEN g.number > 1 THEN concat('-', g.number) END) AS case_code
            FROM generate_series(1, 99) AS g (number)
        ) AS k
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM cases AS o
            WHERE o.case_code = k.case_code
        )
),

named AS (
    SELECT
        t.*,
        f.case_code
    FROM to_open AS t
    INNER JOIN free_codes AS f ON t.callback_code = f.callback_code AND t.case_no = f.case_no
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, unit_code, customer_code, kind, area, urgency, channel, department, description,
        opened_at
    )
    SELECT
        n.case_code,
        n.case_community,
        n.unit_code,
        n.customer_code,
        'complaint',
        n.area,
        'ordinary',
        '回访',
        n.department,
        concat(
            '回访不满意（满意度 ', n.satisfaction, '）：', coalesce(n.comment, '客户未说明原因'),
            '（回访编号 ', n.callback_code,
            '，', to_char(n.attempted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
            '，回访人 ', n.staff_code,
            CASE WHEN n.case_codes IS NOT NULL THEN concat('，原工单 ', n.case_codes) END, '）'
        ),
        CAST(:at AS timestamptz)
    FROM named AS n
    RETURNING case_code
)

INSERT INTO callback_cases (
    case_code, purpose, callback_code, source_case_code, customer_code, department, opened_at, run_id
)
SELECT
    n.case_code,
    'correction',
    n.callback_code,
    n.source_case_code,
    n.customer_code,
    n.department,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM named AS n
WHERE
    EXISTS (
        SELECT o.case_code
        FROM opened AS o
    )
