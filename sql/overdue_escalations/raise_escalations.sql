-- ESC-09, ESC-11: raises the steps that are due, each once for ever, and finds the person who holds the role.
--
-- The person is the one on the roster in that role and community at the step's instant (not absent, not on leave), else
-- one with that role in the community, else one who serves the whole company; several: whose department is the case's
-- (department heads), who is not on leave, who has an address, the lowest staff number. A handler is the case's, else the
-- last one assigned, else the team leader. Nobody in the role: the roles of the next levels of the ladder, then those
-- further up the house. A deadline that has ended by now is raised and stood down at once.
--
-- Reads: due_steps (temporary), cases, case_events, staff, roster, ladder_steps
-- Writes: escalations, one row per deadline, level and role
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
WITH hierarchy AS (
    SELECT
        h.role,
        h.place
    FROM
        unnest(ARRAY['team_leader', 'supervisor', 'manager', 'department_head', 'general_manager'])
        WITH ORDINALITY AS h (role, place)
),

due AS (
    SELECT
        s.*,
        row_number() OVER () AS due_no,
        CAST(s.step_at AT TIME ZONE 'Asia/Shanghai' AS date) AS on_day,
        c.handler,
        c.department
    FROM due_steps AS s
    INNER JOIN cases AS c ON s.case_code = c.case_code
    WHERE s.is_due
),

handlers AS (
    SELECT
        d.due_no,
        own.staff_code AS handler,
        last_one.staff_code AS assigned
    FROM due AS d
    LEFT JOIN staff AS own
        ON
            d.handler = own.staff_code
            AND coalesce(d.on_day >= own.hired_on, TRUE)
            AND coalesce(d.on_day <= own.left_on, TRUE)
    LEFT JOIN LATERAL (
        SELECT e.staff_code
        FROM case_events AS e
        INNER JOIN staff AS p
            ON
                e.staff_code = p.staff_code
                AND coalesce(d.on_day >= p.hired_on, TRUE)
                AND coalesce(d.on_day <= p.left_on, TRUE)
        WHERE e.case_code = d.case_code AND e.event = 'assigned' AND e.event_at <= d.step_at
        ORDER BY e.event_at DESC
        LIMIT 1
    ) AS last_one ON own.staff_code IS NULL
    WHERE d.role = 'handler'
),

asked_roles AS (
    SELECT
        d.due_no,
        CASE d.role WHEN 'handler' THEN 'team_leader' ELSE d.role END AS role,
        0 AS distance
    FROM due AS d
    UNION ALL
    SELECT
        d.due_no,
        CASE l.role WHEN 'handler' THEN 'team_leader' ELSE l.role END,
        l.level - d.level
    FROM due AS d
    INNER JOIN ladder_steps AS l
        ON
            d.policy_code = l.policy_code
            AND d.milestone = l.milestone
            AND d.kind = l.kind
            AND d.urgency = l.urgency
            AND d.level < l.level
    WHERE d.level >= 0
    UNION ALL
    SELECT
        d.due_no,
        h.role,
        100 + h.place
    FROM due AS d
    LEFT JOIN hierarchy AS mine ON d.role = mine.role
    INNER JOIN hierarchy AS h ON h.place > coalesce(mine.place, 0)
),

holders AS (
    SELECT DISTINCT ON (a.due_no)
        a.due_no,
        a.distance,
        p.staff_code,
        p.tier
    FROM asked_roles AS a
    INNER JOIN due AS d ON a.due_no = d.due_no
    INNER JOIN LATERAL (
        SELECT
            s.staff_code,
            s.department,
            s.email,
            shift.attendance,
            CASE
                WHEN s.community_code IS NULL THEN 'company'
                WHEN shift.attendance IN ('planned', 'present') THEN 'roster'
                ELSE 'community'
            END AS tier
        FROM staff AS s
        LEFT JOIN LATERAL (
            SELECT coalesce(r.attendance, 'planned') AS attendance
            FROM roster AS r
            WHERE
                r.staff_code = s.staff_code
                AND r.shift_date BETWEEN d.on_day - 2 AND d.on_day + 1
                AND r.starts_at <= d.step_at
                AND r.ends_at > d.step_at
            ORDER BY coalesce(r.attendance IN ('absent', 'leave'), FALSE)
            LIMIT 1
        ) AS shift ON TRUE
        WHERE
            s.role = a.role
            AND (s.community_code IS NULL OR s.community_code = d.community_code)
            AND coalesce(s.hired_on <= d.on_day, TRUE)
            AND coalesce(s.left_on >= d.on_day, TRUE)
    ) AS p ON TRUE
    ORDER BY
        a.due_no ASC,
        a.distance ASC,
        array_position(ARRAY['roster', 'community', 'company'], p.tier),
        coalesce(p.attendance IN ('planned', 'present'), FALSE) DESC,
        coalesce(p.attendance IN ('absent', 'leave'), FALSE),
        a.role = 'department_head' AND coalesce(p.department = d.department, FALSE) DESC,
        p.email IS NULL,
        p.staff_code
)

INSERT INTO escalations (
    case_code, milestone, occurrence, level, role, staff_code, raised_at, stood_down_at, found_by, is_emergency,
    step_code, rule_id, run_id
)
SELECT
    d.case_code,
    d.milestone,
    d.occurrence,
    d.level,
    d.role,
    coalesce(h.handler, h.assigned, p.staff_code),
    d.step_at,
    d.ended_at,
    CASE
        WHEN h.handler IS NOT NULL THEN 'case'
        WHEN h.assigned IS NOT NULL THEN 'assigned'
        WHEN p.staff_code IS NULL THEN 'nobody'
        WHEN p.distance > 0 THEN 'next_level'
        ELSE p.tier
    END,
    d.level < 0 OR d.urgency = 'emergency',
    d.step_code,
    CASE
        WHEN d.level < 0 AND d.urgency = 'major' THEN 'ESC-03'
        WHEN d.level < 0 THEN 'ESC-11'
        WHEN d.milestone = 'restored' THEN 'ESC-08'
        ELSE 'ESC-09'
    END,
    CAST(:run_id AS bigint)
FROM due AS d
LEFT JOIN handlers AS h ON d.due_no = h.due_no
LEFT JOIN holders AS p ON d.due_no = p.due_no
ON CONFLICT (case_code, milestone, occurrence, level, role) DO NOTHING
