-- CB-11: a number that proved wrong opens a case to correct the register, once per number. The number itself is not
-- written down in the case: whoever corrects it looks at the register.
--
-- Wrong is the number that was called: the one the register had at the instant of the attempt. A list often comes back
-- after somebody has put the number right already.
--
-- A case must belong to a community; of a prospect, who belongs to none, it is that of the agent who called, else the
-- first one served.
--
-- Reads: callbacks, customers, register_history, intake_files, callback_bad_numbers, cases, staff, called_communities
--     (temporary)
-- Writes: cases, callback_cases and callback_bad_numbers, one row each per customer and number
-- Rerun: writes nothing
--
-- Params:
--   callback_codes (text[]): callbacks in which a number proved wrong
--   attempted_at (timestamptz[]): instants of the attempts, in the same order as the codes, like all that follows
--   staff_codes (text[]): who called
--   department (text): department of cases where the community says nothing
--   at (timestamptz): instant the cases are opened at
--   run_id (bigint): run
WITH called AS (
    SELECT
        k.callback_code,
        k.customer_code,
        CASE WHEN w.history_id IS NULL THEN p.phone ELSE w.phone END AS phone,
        g.attempted_at,
        g.staff_code,
        coalesce(
            k.community_code,
            s.community_code,
            (
                SELECT min(l.community_code)
                FROM called_communities AS l
            )
        ) AS community_code
    FROM
        unnest(
            CAST(:callback_codes AS text[]), CAST(:attempted_at AS timestamptz[]), CAST(:staff_codes AS text[])
        ) AS g (callback_code, attempted_at, staff_code)
    INNER JOIN callbacks AS k ON g.callback_code = k.callback_code
    INNER JOIN customers AS p ON k.customer_code = p.customer_code
    INNER JOIN staff AS s ON g.staff_code = s.staff_code
    LEFT JOIN
        LATERAL (
            SELECT
                h.history_id,
                h.before ->> 'phone' AS phone
            FROM register_history AS h
            INNER JOIN intake_files AS f ON h.changed_from = f.file_id
            WHERE
                h.dataset = 'customers'
                AND h.key = jsonb_build_object('customer_code', k.customer_code)
                AND f.as_of > g.attempted_at
            ORDER BY h.history_id
            LIMIT 1
        ) AS w
        ON TRUE
),

found AS (
    SELECT DISTINCT ON (c.customer_code)
        c.callback_code,
        c.customer_code,
        c.phone,
        c.attempted_at,
        c.staff_code,
        c.community_code
    FROM called AS c
    WHERE
        c.phone IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM callback_bad_numbers AS b
            WHERE b.customer_code = c.customer_code AND b.phone = c.phone
        )
    ORDER BY c.customer_code ASC, c.attempted_at ASC, c.callback_code ASC
),

named AS (
    SELECT
        f.*,
        n.case_code,
        coalesce(c.department, CAST(:department AS text)) AS department
    FROM found AS f
    LEFT JOIN called_communities AS c ON f.community_code = c.community_code
    CROSS JOIN
        LATERAL (
            SELECT concat('GJ-', f.callback_code, '-W', CASE WHEN i.number > 1 THEN i.number END) AS case_code
            FROM generate_series(1, 99) AS i (number)
            WHERE
                NOT EXISTS (
                    SELECT 1
                    FROM cases AS o
                    WHERE
                        o.case_code
                        = concat('GJ-', f.callback_code, '-W', CASE WHEN i.number > 1 THEN i.number END)
                )
            ORDER BY i.number
            LIMIT 1
        ) AS n
),

opened AS (
    INSERT INTO cases (
        case_code, community_code, customer_code, kind, urgency, channel, department, description, opened_at
    )
    SELECT
        n.case_code,
        n.community_code,
        n.customer_code,
        'enquiry',
        'ordinary',
        '回访',
        n.department,
        concat(
            '客户 ', n.customer_code, ' 登记的电话号码为错号，请核实并更正客户登记（回访编号 ', n.callback_code,
            '，', to_char(n.attempted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'),
            '，拨打人 ', n.staff_code, '）'
        ),
        CAST(:at AS timestamptz)
    FROM named AS n
    RETURNING case_code
),

noted AS (
    INSERT INTO callback_cases (
        case_code, purpose, callback_code, customer_code, department, opened_at, run_id
    )
    SELECT
        n.case_code,
        'register_correction',
        n.callback_code,
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
    RETURNING case_code
)

INSERT INTO callback_bad_numbers (customer_code, phone, callback_code, case_code, noted_at, run_id)
SELECT
    n.customer_code,
    n.phone,
    n.callback_code,
    n.case_code,
    n.attempted_at,
    CAST(:run_id AS bigint)
FROM named AS n
WHERE
    EXISTS (
        SELECT o.case_code
        FROM noted AS o
    )
