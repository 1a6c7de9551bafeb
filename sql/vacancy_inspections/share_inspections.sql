-- Inspections that have nobody yet (their inspector is absent, has left or is full) go to others who are there: the
-- least loaded first, each a stretch of the walk, so that nobody crosses the estate for one unit.
--
-- A weather inspection is given out whether there is room or not. What finds no room waits for the next day.
--
-- Reads: listable_inspections, listing_inspectors
-- Writes: listable_inspections (temporary): who gets them
-- Rerun: nothing more in the same transaction
--
-- Params:
--   is_weather (bool): the weather inspections, or all others
--   by_company (bool): to the inspectors who serve all communities, or to the community's own
WITH loads AS (
    SELECT
        p.staff_code,
        coalesce(p.community_code, '') AS group_code,
        p.is_rostered,
        p.per_day,
        p.listed + count(a.inspection_code) AS listed
    FROM listing_inspectors AS p
    LEFT JOIN listable_inspections AS a ON p.staff_code = a.staff_code AND a.plan <> 'spot_check'
    WHERE (p.community_code IS NULL) = CAST(:by_company AS boolean)
    GROUP BY p.staff_code, p.community_code, p.is_rostered, p.per_day, p.listed
),

inspector_groups AS (
    SELECT
        o.group_code,
        bool_or(o.is_rostered) AS is_rostered,
        count(*) AS inspectors,
        max(o.listed) AS highest
    FROM loads AS o
    GROUP BY o.group_code
),

waiting AS (
    SELECT
        i.inspection_code,
        i.walk,
        g.group_code,
        g.highest + ceil(CAST(count(*) OVER (PARTITION BY g.group_code) AS numeric) / g.inspectors) AS weather_level,
        count(*) OVER (PARTITION BY g.group_code) AS in_all,
        row_number() OVER (PARTITION BY g.group_code ORDER BY i.place) AS place
    FROM listable_inspections AS i
    INNER JOIN inspector_groups AS g
        ON g.group_code = CASE WHEN CAST(:by_company AS boolean) THEN '' ELSE i.community_code END
    WHERE
        i.staff_code IS NULL
        AND i.plan <> 'spot_check'
        AND i.is_weather = CAST(:is_weather AS boolean)
        AND (g.is_rostered OR i.is_working_day OR i.is_weather)
        AND (i.per_day > 0 OR i.is_weather)
),

needs AS (
    SELECT
        w.group_code,
        max(w.in_all) AS in_all,
        max(w.weather_level) AS weather_level
    FROM waiting AS w
    GROUP BY w.group_code
),

seats AS (
    SELECT
        o.group_code,
        o.staff_code,
        row_number() OVER (PARTITION BY o.group_code ORDER BY s.level, o.staff_code) AS seat
    FROM needs AS n
    INNER JOIN loads AS o ON n.group_code = o.group_code
    CROSS JOIN LATERAL generate_series(
        o.listed + 1,
        CASE WHEN CAST(:is_weather AS boolean) THEN CAST(n.weather_level AS bigint) ELSE o.per_day END
    ) AS s (level)
),

taken AS (
    SELECT
        s.group_code,
        s.staff_code,
        count(*) AS units
    FROM seats AS s
    INNER JOIN needs AS n ON s.group_code = n.group_code
    WHERE s.seat <= n.in_all
    GROUP BY s.group_code, s.staff_code
),

stretches AS (
    SELECT
        t.group_code,
        t.staff_code,
        sum(t.units) OVER (PARTITION BY t.group_code ORDER BY t.staff_code) - t.units AS after_unit,
        sum(t.units) OVER (PARTITION BY t.group_code ORDER BY t.staff_code) AS last_unit,
        sum(t.units) OVER (PARTITION BY t.group_code) AS in_all
    FROM taken AS t
),

walked AS (
    SELECT
        w.inspection_code,
        w.group_code,
        row_number() OVER (PARTITION BY w.group_code ORDER BY w.walk, w.inspection_code) AS step
    FROM waiting AS w
    WHERE w.place <= (
        SELECT max(s.in_all) FROM stretches AS s
        WHERE s.group_code = w.group_code
    )
)

UPDATE listable_inspections AS i
SET staff_code = s.staff_code
FROM walked AS w
INNER JOIN stretches AS s ON w.group_code = s.group_code AND w.step > s.after_unit AND w.step <= s.last_unit
WHERE i.inspection_code = w.inspection_code
