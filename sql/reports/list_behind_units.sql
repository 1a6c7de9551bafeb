-- The units a figure of vacancy counts or is a share of, on the last day of the period, those that count first.
--
-- Reads: units, unit_versions, occupancies, vacancies
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as vacant, vacancy_rate or occupancy_rate
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   last_day (date): last day the period touches
--   community_codes (text[]): communities of the scope
--   live_from (date[]): first day each is served, in the same order
--   row_limit (int): rows at most
WITH places AS (
    SELECT
        g.community_code,
        CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
    FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
),

homes AS (
    SELECT
        u.community_code,
        u.unit_code,
        coalesce(u.handover_date <= CAST(:last_day AS date), FALSE) AS is_handed_over,
        exists(
            SELECT 1
            FROM occupancies AS o
            WHERE
                o.community_code = u.community_code
                AND o.unit_code = u.unit_code
                AND o.start_date <= CAST(:last_day AS date)
                AND (o.end_date IS NULL OR o.end_date >= CAST(:last_day AS date))
        ) AS is_occupied,
        exists(
            SELECT 1
            FROM vacancies AS v
            WHERE
                v.community_code = u.community_code
                AND v.unit_code = u.unit_code
                AND v.start_date <= CAST(:last_day AS date)
                AND (v.end_date IS NULL OR v.end_date >= CAST(:last_day AS date))
        ) AS is_vacant
    FROM places AS p
    INNER JOIN units AS u ON p.community_code = u.community_code
    WHERE
        p.live_at < CAST(:ends AS timestamptz)
        AND CASE
            WHEN u.valid_from > CAST(:last_day AS date)
                THEN (
                    SELECT v.unit_use
                    FROM unit_versions AS v
                    WHERE
                        v.community_code = u.community_code
                        AND v.unit_code = u.unit_code
                        AND v.valid_from <= CAST(:last_day AS date)
                    ORDER BY v.valid_from DESC
                    LIMIT 1
                )
            ELSE u.unit_use
        END NOT IN ('parking', 'storage', 'basement')
),

behind AS (
    SELECT
        h.community_code,
        h.unit_code AS code,
        CASE WHEN h.is_vacant THEN 'vacant' WHEN h.is_occupied THEN 'occupied' ELSE 'empty' END AS note,
        CAST(NULL AS timestamptz) AS happened_at,
        CAST(
            CASE
                WHEN CAST(:measure AS text) = 'occupancy_rate'
                    THEN CASE WHEN h.is_occupied AND NOT h.is_vacant THEN 1 ELSE 0 END
                WHEN h.is_vacant THEN 1
                ELSE 0
            END AS numeric
        ) AS numerator,
        CAST(CASE WHEN CAST(:measure AS text) <> 'vacant' THEN 1 END AS numeric) AS denominator
    FROM homes AS h
    WHERE
        CASE CAST(:measure AS text)
            WHEN 'vacant' THEN h.is_vacant
            WHEN 'occupancy_rate' THEN h.is_handed_over
            ELSE TRUE
        END
)

SELECT
    b.community_code,
    b.code,
    b.note,
    b.happened_at,
    b.numerator,
    b.denominator,
    count(*) OVER () AS total_rows,
    sum(b.numerator) OVER () AS total_numerator,
    sum(b.denominator) OVER () AS total_denominator
FROM behind AS b
ORDER BY b.numerator DESC, b.community_code ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
