-- Who was in which team from which day to which: the register as it stands, and its history. A team begins on its
-- team_from; where that is blank, on the day the register was changed, or ever if it never was. It ends on the day
-- before the next one begins; a team that another one replaces from its very first day never was (a correction).
--
-- Reads: staff, register_history
-- Writes: staff_teams (temporary), one row per member of staff and stretch of days in a team, both days included
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE staff_teams ON COMMIT DROP AS
WITH contents AS (
    SELECT
        h.key ->> 'staff_code' AS staff_code,
        h.history_id AS content_no,
        h.before ->> 'team_code' AS team_code,
        CAST(h.before ->> 'team_from' AS date) AS team_from,
        CAST(h.changed_at AT TIME ZONE 'Asia/Shanghai' AS date) AS changed_on
    FROM register_history AS h
    WHERE h.dataset = 'staff'
    UNION ALL
    SELECT
        s.staff_code,
        9223372036854775807 AS content_no,
        s.team_code,
        s.team_from,
        CAST(NULL AS date) AS changed_on
    FROM staff AS s
),

with_former AS (
    SELECT
        c.staff_code,
        c.content_no,
        c.team_code,
        c.team_from,
        lag(c.staff_code) OVER w AS former_staff,
        lag(c.team_code) OVER w AS former_team,
        lag(c.team_from) OVER w AS former_from,
        lag(c.changed_on) OVER w AS written_on
    FROM contents AS c
    WINDOW w AS (PARTITION BY c.staff_code ORDER BY c.content_no)
),

begun AS (
    SELECT
        f.staff_code,
        f.content_no,
        f.team_code,
        coalesce(f.team_from, f.written_on, CAST('0001-01-01' AS date)) AS first_day
    FROM with_former AS f
    WHERE
        f.former_staff IS NULL
        OR f.team_code IS DISTINCT FROM f.former_team
        OR f.team_from IS DISTINCT FROM f.former_from
),

ended AS (
    SELECT
        b.staff_code,
        b.team_code,
        b.first_day,
        coalesce(
            min(b.first_day) OVER (
                PARTITION BY b.staff_code
                ORDER BY b.content_no
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
            ) - 1,
            CAST('9999-12-31' AS date)
        ) AS last_day
    FROM begun AS b
)

SELECT
    e.staff_code,
    e.team_code,
    e.first_day,
    e.last_day
FROM ended AS e
WHERE e.team_code IS NOT NULL AND e.last_day >= e.first_day
