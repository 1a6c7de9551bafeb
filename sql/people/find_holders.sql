-- Who holds a post in a community at an instant; of several the one a message reaches best.
--
-- In this order: who is not away (absent or on leave) that day; who serves the community and is on shift at the instant,
-- else on the roster of that day, else serves the community at all, else serves the whole company; who has a mail
-- address; the lowest staff number. Who has not begun yet or has left holds no post.
--
-- Reads: staff, roster
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   community_codes (text[]): communities asked for
--   roles (text[]): post asked for in each, in the same order
--   at (timestamptz): instant
--   on_day (date): its day in Asia/Shanghai
--   must_have_address (boolean): people without a mail address do not count
WITH asked AS (
    SELECT DISTINCT
        g.community_code,
        g.role
    FROM unnest(CAST(:community_codes AS text[]), CAST(:roles AS text[])) AS g (community_code, role)
),

people AS (
    SELECT
        s.staff_code,
        s.staff_name,
        s.role,
        s.community_code,
        s.email,
        coalesce(bool_or(r.is_there AND r.starts_at <= :at AND r.ends_at > :at), FALSE) AS is_on_shift,
        coalesce(bool_or(r.is_there AND r.shift_date = :on_day), FALSE) AS is_rostered,
        coalesce(bool_or(NOT r.is_there AND r.shift_date = :on_day), FALSE) AS has_absence
    FROM staff AS s
    LEFT JOIN LATERAL (
        SELECT
            d.shift_date,
            d.starts_at,
            d.ends_at,
            coalesce(d.attendance, 'planned') NOT IN ('absent', 'leave') AS is_there
        FROM roster AS d
        WHERE d.staff_code = s.staff_code AND d.shift_date BETWEEN CAST(:on_day AS date) - 1 AND CAST(:on_day AS date)
    ) AS r ON TRUE
    WHERE
        s.role IN (SELECT a.role FROM asked AS a)
        AND coalesce(s.hired_on <= :on_day, TRUE)
        AND coalesce(s.left_on >= :on_day, TRUE)
        AND (s.email IS NOT NULL OR NOT CAST(:must_have_address AS boolean))
    GROUP BY s.staff_code
),

languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT DISTINCT ON (a.community_code, a.role)
    a.community_code,
    a.role,
    p.staff_code,
    p.staff_name,
    p.email,
    coalesce(l.language, 'zh') AS language
FROM asked AS a
INNER JOIN people AS p
    ON a.role = p.role AND (p.community_code IS NULL OR a.community_code = p.community_code)
LEFT JOIN languages AS l ON p.email = l.email
ORDER BY
    a.community_code ASC,
    a.role ASC,
    p.has_absence AND NOT p.is_rostered AND NOT p.is_on_shift ASC,
    p.community_code IS NULL ASC,
    p.is_on_shift DESC,
    p.is_rostered DESC,
    p.email IS NULL ASC,
    p.staff_code ASC
