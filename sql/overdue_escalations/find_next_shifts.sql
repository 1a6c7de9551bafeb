-- CASE-05: who takes over from a shift that ended: the people of the same post and community (or of those who serve
-- all) whose shift starts first, from a little before the end on. Not those whose own shift ends just then.
--
-- Reads: roster, staff, report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same roster
--
-- Params:
--   community_codes (text[]): community of each ended shift; blank: all
--   roles (text[]): its post, in the same order
--   ended_at (timestamptz[]): its end, in the same order
--   overlap_seconds (int): a next shift may start so long before the end, seconds, inclusive
--   within_seconds (int): a next shift starts so long after the end at the latest, seconds, inclusive
WITH ended AS (
    SELECT
        g.shift_number,
        g.community_code,
        g.role,
        g.ended_at
    FROM unnest(
        CAST(:community_codes AS text[]), CAST(:roles AS text[]), CAST(:ended_at AS timestamptz[])
    ) WITH ORDINALITY AS g (community_code, role, ended_at, shift_number)
),

following AS (
    SELECT
        e.shift_number,
        s.staff_code,
        s.staff_name,
        s.email,
        rank() OVER (PARTITION BY e.shift_number ORDER BY r.starts_at) AS place
    FROM ended AS e
    INNER JOIN staff AS s ON e.role = s.role AND s.community_code IS NOT DISTINCT FROM e.community_code
    INNER JOIN roster AS r ON s.staff_code = r.staff_code
    WHERE
        r.starts_at >= e.ended_at - make_interval(secs => :overlap_seconds)
        AND r.starts_at <= e.ended_at + make_interval(secs => :within_seconds)
        AND r.ends_at > e.ended_at
        AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
        AND coalesce(s.hired_on <= r.shift_date, TRUE)
        AND coalesce(s.left_on >= r.shift_date, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM roster AS own
            WHERE
                own.staff_code = s.staff_code
                AND own.ends_at = e.ended_at
                AND coalesce(own.attendance, 'planned') NOT IN ('absent', 'leave')
        )
),

languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT DISTINCT
    f.shift_number,
    f.staff_code,
    f.staff_name,
    f.email,
    coalesce(l.language, 'zh') AS language
FROM following AS f
LEFT JOIN languages AS l ON f.email = l.email
WHERE f.place = 1
ORDER BY f.shift_number, f.staff_code
