-- Every vacant unit of the areas, and the basements where they are wanted, once for a weather event: dealt out in
-- walking order over inspectors and days until the deadline's day, as even as it goes, on days off as well if somebody
-- is on the roster. A community's own inspectors walk; the company's where it has none there on these days. A group
-- without any roster row in a month counts as there on all its days.
--
-- Reads: inspections, vacancy_grounds, units, staff, roster, inspected_communities (temporary)
-- Writes: inspections, one row per unit and event
-- Rerun: what is planned for the event already is left out
--
-- Params:
--   run_id (bigint): run that does it
--   event_code (text): the event
--   plan (text): severe_weather or rain
--   areas (text[]): communities
--   includes_basements (bool): basements are inspected too
--   deadline (timestamptz): instant by which every unit must be inspected
--   day (date): first day, inclusive
--   last_day (date): the deadline's day, inclusive
INSERT INTO inspections (
    inspection_code, plan, period, community_code, unit_code, staff_code, due_on, state, occasion, building_code,
    planned_on, checklist, deadline, run_id
)
WITH served AS (
    SELECT
        c.community_code,
        concat_ws(
            ',',
            'doors,valves,meters,installations,hygiene,structure',
            CASE
                WHEN
                    CAST(:plan AS text) = 'rain' OR extract(MONTH FROM CAST(:day AS date)) = any(c.rain_months)
                    THEN 'rain'
            END,
            CASE WHEN CAST(:plan AS text) = 'severe_weather' THEN 'storm' END
        ) AS checklist
    FROM inspected_communities AS c
    WHERE c.community_code = any(CAST(:areas AS text[]))
),

inspectors AS (
    SELECT
        s.staff_code,
        coalesce(s.community_code, '') AS group_code,
        greatest(s.hired_on, CAST(:day AS date)) AS first_day,
        least(s.left_on, CAST(:last_day AS date)) AS last_day
    FROM staff AS s
    WHERE
        s.role = 'inspector'
        AND coalesce(s.hired_on <= CAST(:last_day AS date), TRUE)
        AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
),

shifts AS (
    SELECT
        r.staff_code,
        coalesce(s.community_code, '') AS group_code,
        r.shift_date,
        bool_or(coalesce(r.attendance NOT IN ('absent', 'leave'), TRUE)) AS is_on
    FROM roster AS r
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    WHERE
        s.role = 'inspector'
        AND r.shift_date >= date_trunc('month', CAST(:day AS timestamp))
        AND r.shift_date < date_trunc('month', CAST(:last_day AS timestamp)) + interval '1 month'
    GROUP BY r.staff_code, s.community_code, r.shift_date
),

rostered_months AS (
    SELECT DISTINCT
        h.group_code,
        to_char(h.shift_date, 'YYYY-MM') AS period
    FROM shifts AS h
),

walks AS (
    SELECT
        i.group_code,
        i.staff_code,
        d.day
    FROM inspectors AS i
    CROSS JOIN
        LATERAL (
            SELECT CAST(s.day AS date) AS day
            FROM generate_series(CAST(i.first_day AS timestamp), CAST(i.last_day AS timestamp), interval '1 day') AS s (day)
        ) AS d
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM rostered_months AS m
            WHERE m.group_code = i.group_code AND m.period = to_char(d.day, 'YYYY-MM')
        )
    UNION ALL
    SELECT
        i.group_code,
        i.staff_code,
        h.shift_date AS day
    FROM inspectors AS i
    INNER JOIN shifts AS h ON i.staff_code = h.staff_code
    WHERE h.is_on AND h.shift_date BETWEEN i.first_day AND i.last_day
),

slots AS (
    SELECT
        k.group_code,
        k.staff_code,
        k.day,
        row_number() OVER (PARTITION BY k.group_code ORDER BY k.staff_code, k.day) - 1 AS slot_no,
        count(*) OVER (PARTITION BY k.group_code) AS slots
    FROM walks AS k
),

due AS (
    SELECT
        u.community_code,
        u.building_code,
        u.unit_code,
        CASE WHEN u.community_code IN (SELECT s.group_code FROM slots AS s) THEN u.community_code ELSE '' END
            AS group_code
    FROM units AS u
    WHERE
        u.community_code = any(CAST(:areas AS text[]))
        AND NOT EXISTS (
            SELECT 1
            FROM inspections AS p
            WHERE
                p.period = CAST(:event_code AS text)
                AND p.community_code = u.community_code
                AND p.unit_code = u.unit_code
        )
        AND (
            (
                u.unit_use = 'basement'
                AND CAST(:includes_basements AS boolean)
                AND coalesce(u.valid_from <= CAST(:day AS date), TRUE)
            )
            OR EXISTS (
                SELECT 1
                FROM vacancy_grounds AS g
                WHERE
                    g.community_code = u.community_code
                    AND g.unit_code = u.unit_code
                    AND g.known_on <= CAST(:day AS date)
                    AND g.start_date <= CAST(:day AS date)
                    AND coalesce(g.end_date >= CAST(:day AS date), TRUE)
            )
        )
),

numbered AS (
    SELECT
        d.community_code,
        d.building_code,
        d.unit_code,
        d.group_code,
        row_number() OVER (PARTITION BY d.group_code ORDER BY d.community_code, d.building_code, d.unit_code) - 1
            AS unit_no,
        count(*) OVER (PARTITION BY d.group_code) AS units
    FROM due AS d
),

group_sizes AS (
    SELECT DISTINCT
        s.group_code,
        s.slots
    FROM slots AS s
),

days AS (
    SELECT CAST(:last_day AS date) - CAST(:day AS date) + 1 AS days
)

SELECT
    CAST(:event_code AS text) || '-'
    || replace(replace(replace(n.community_code, '=', '=='), '~', '=~'), '-', '~') || '-' || n.unit_code
        AS inspection_code,
    CAST(:plan AS text) AS plan,
    CAST(:event_code AS text) AS period,
    n.community_code,
    n.unit_code,
    s.staff_code,
    coalesce(s.day, CAST(:day AS date) + CAST(n.unit_no * d.days / n.units AS integer)) AS due_on,
    'planned' AS state,
    '' AS occasion,
    n.building_code,
    CAST(:day AS date) AS planned_on,
    v.checklist,
    CAST(:deadline AS timestamptz) AS deadline,
    :run_id AS run_id
FROM numbered AS n
INNER JOIN served AS v ON n.community_code = v.community_code
CROSS JOIN days AS d
LEFT JOIN group_sizes AS g ON n.group_code = g.group_code
LEFT JOIN slots AS s ON g.group_code = s.group_code AND n.unit_no * g.slots / n.units = s.slot_no
