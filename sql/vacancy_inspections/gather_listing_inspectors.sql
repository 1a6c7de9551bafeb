-- Who can inspect on a day: inspectors on the roster and not absent; where a community has no roster of its inspectors
-- in that month, all who are employed. Likewise those who serve all communities.
--
-- Someone who serves all communities can do as much as the smallest setting of those that have nobody of their own
-- allows (where there are none: of all), as the plan reckons too.
--
-- Reads: staff, roster, inspection_lists, inspections, inspected_communities
-- Writes: listing_inspectors (temporary), one row per inspector
-- Rerun: once per transaction
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
CREATE TEMPORARY TABLE listing_inspectors ON COMMIT DROP AS
WITH employed AS (
    SELECT
        s.staff_code,
        s.community_code
    FROM staff AS s
    WHERE
        s.role = 'inspector'
        AND coalesce(s.hired_on <= CAST(:day AS date), TRUE)
        AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
),

rostered_groups AS (
    SELECT DISTINCT s.community_code
    FROM roster AS r
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    WHERE
        s.role = 'inspector'
        AND r.shift_date >= CAST(date_trunc('month', CAST(:day AS timestamp)) AS date)
        AND r.shift_date < CAST(date_trunc('month', CAST(:day AS timestamp)) + interval '1 month' AS date)
),

company_capacity AS (
    SELECT
        coalesce(
            min(c.per_day) FILTER (
                WHERE NOT EXISTS (
                    SELECT 1 FROM employed AS e
                    WHERE e.community_code = c.community_code
                )
            ),
            min(c.per_day),
            0
        ) AS per_day
    FROM inspected_communities AS c
    WHERE c.live_from <= CAST(:day AS date) AND c.per_day > 0
),

loads AS (
    SELECT
        l.staff_code,
        count(*) AS listed
    FROM inspection_lists AS l
    INNER JOIN inspections AS i ON l.inspection_code = i.inspection_code
    WHERE l.work_date = CAST(:day AS date) AND i.plan <> 'spot_check'
    GROUP BY l.staff_code
)

SELECT
    e.staff_code,
    e.community_code,
    g.is_rostered,
    coalesce(o.listed, 0) AS listed,
    CASE WHEN e.community_code IS NULL THEN k.per_day ELSE c.per_day END AS per_day
FROM employed AS e
CROSS JOIN company_capacity AS k
CROSS JOIN
    LATERAL (
        SELECT exists(
            SELECT 1
            FROM rostered_groups AS r
            WHERE r.community_code IS NOT DISTINCT FROM e.community_code
        ) AS is_rostered
    ) AS g
LEFT JOIN inspected_communities AS c ON e.community_code = c.community_code AND c.live_from <= CAST(:day AS date)
LEFT JOIN loads AS o ON e.staff_code = o.staff_code
WHERE
    (e.community_code IS NULL OR c.community_code IS NOT NULL)
    AND (
        NOT g.is_rostered
        OR EXISTS (
            SELECT 1
            FROM roster AS r
            WHERE
                r.staff_code = e.staff_code
                AND r.shift_date = CAST(:day AS date)
                AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
        )
    )
