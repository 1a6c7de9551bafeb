-- INS-07: registrations about to end whose owner is due to be reminded, one row per registration and owner as in
-- find_untold_registrations.sql.
--
-- Of several reminders that are due (after an outage) only the latest counts. None when the vacancy was ended early, when
-- an accepted renewal follows on, or while the acceptance itself is not told; an acceptance told within the days of a
-- reminder has said it already (is_said_already).
--
-- Reads: vacancy_registrations, vacancy_applications, vacancy_reminders, inspected_communities (temporary), communities,
--        units, buildings, occupancies, customers
-- Writes: nothing
-- Rerun: no rows once they are noted
--
-- Params:
--   on_day (date): day of the run
--   days (int[]): days before the end on which owners are reminded
WITH ending AS (
    SELECT
        r.application_code,
        r.last_day,
        CAST(r.told_at AT TIME ZONE 'Asia/Shanghai' AS date) AS told_on,
        a.community_code,
        a.unit_code,
        r.last_day - CAST(:on_day AS date) AS days_left,
        (
            SELECT min(d.days_before)
            FROM unnest(CAST(:days AS integer[])) AS d (days_before)
            WHERE r.last_day - CAST(:on_day AS date) <= d.days_before
        ) AS days_before
    FROM vacancy_registrations AS r
    INNER JOIN vacancy_applications AS a ON r.application_code = a.application_code
    INNER JOIN inspected_communities AS g ON a.community_code = g.community_code
    WHERE
        r.state = 'accepted'
        AND r.told_at IS NOT NULL
        AND r.last_day >= :on_day
        AND coalesce(a.ended_on >= a.end_date, TRUE)
        AND a.applied_on >= g.live_from
),

due AS (
    SELECT
        e.application_code,
        e.last_day,
        e.community_code,
        e.unit_code,
        e.days_left,
        e.days_before,
        e.told_on >= e.last_day - e.days_before AS is_said_already
    FROM ending AS e
    WHERE
        e.days_before IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM vacancy_reminders AS m
            WHERE
                m.application_code = e.application_code
                AND m.days_before <= e.days_before
                AND CAST(m.reminded_at AT TIME ZONE 'Asia/Shanghai' AS date) >= e.last_day - m.days_before
        )
        AND NOT EXISTS (
            SELECT 1
            FROM vacancy_registrations AS n
            INNER JOIN vacancy_applications AS b ON n.application_code = b.application_code
            WHERE
                b.community_code = e.community_code
                AND b.unit_code = e.unit_code
                AND n.state = 'accepted'
                AND n.first_day <= e.last_day + 1
                AND n.last_day > e.last_day
        )
),

owners AS (
    SELECT
        d.application_code,
        c.customer_code,
        c.customer_name,
        c.email,
        c.preferred_language,
        count(c.email) OVER (PARTITION BY d.application_code) AS reachable
    FROM due AS d
    INNER JOIN LATERAL (
        SELECT DISTINCT o.customer_code
        FROM occupancies AS o
        WHERE
            o.community_code = d.community_code
            AND o.unit_code = d.unit_code
            AND o.role = 'owner'
            AND o.start_date <= :on_day
            AND coalesce(o.end_date >= :on_day, TRUE)
    ) AS o ON TRUE
    INNER JOIN customers AS c ON o.customer_code = c.customer_code
)

SELECT
    d.application_code,
    d.community_code,
    d.unit_code,
    d.last_day,
    d.days_left,
    d.days_before,
    d.is_said_already,
    g.minimum_months,
    g.vacancy_factor,
    m.community_name,
    coalesce(b.building_name, u.building_code) AS building_name,
    w.customer_code,
    w.customer_name,
    w.email,
    coalesce(w.preferred_language, 'zh') AS language
FROM due AS d
INNER JOIN inspected_communities AS g ON d.community_code = g.community_code
INNER JOIN communities AS m ON d.community_code = m.community_code
INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
LEFT JOIN buildings AS b ON u.community_code = b.community_code AND u.building_code = b.building_code
LEFT JOIN owners AS w ON d.application_code = w.application_code AND (w.email IS NOT NULL OR w.reachable = 0)
ORDER BY d.community_code, d.unit_code, d.application_code, w.customer_code
