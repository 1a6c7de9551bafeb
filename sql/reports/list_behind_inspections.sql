-- The inspections due that a rate is of, those that were not made first.
--
-- Reads: inspections, inspection_visits, vacancies
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as inspected or entered
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   first_due_day (date): first day whose due things belong to the period, inclusive
--   last_due_day (date): last such day, inclusive
--   last_day (date): last day the period touches: what was given up later was due
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        i.community_code,
        i.inspection_code AS code,
        CASE
            WHEN i.state = 'done' AND i.inspected_at < CAST(:ends AS timestamptz) THEN 'entered'
            WHEN v.is_made THEN 'visited'
            ELSE 'unmade'
        END AS note,
        CAST(i.due_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS happened_at,
        CAST(
            CASE
                WHEN CAST(:measure AS text) = 'inspected' AND v.is_made THEN 1
                WHEN
                    CAST(:measure AS text) = 'entered'
                    AND i.state = 'done'
                    AND i.inspected_at < CAST(:ends AS timestamptz)
                    THEN 1
                ELSE 0
            END AS numeric
        ) AS numerator,
        CAST(1 AS numeric) AS denominator
    FROM inspections AS i
    CROSS JOIN
        LATERAL (
            SELECT count(*) > 0 AS is_made
            FROM inspection_visits AS t
            WHERE
                t.inspection_code = i.inspection_code
                AND t.verdict = 'counted'
                AND t.inspected_at < CAST(:ends AS timestamptz)
        ) AS v
    WHERE
        i.due_on >= CAST(:first_due_day AS date)
        AND i.due_on <= CAST(:last_due_day AS date)
        AND (
            i.state <> 'cancelled'
            OR EXISTS (
                SELECT 1
                FROM vacancies AS g
                WHERE
                    g.community_code = i.community_code
                    AND g.unit_code = i.unit_code
                    AND g.start_date <= i.due_on
                    AND (g.end_date IS NULL OR g.end_date >= CAST(:last_day AS date))
            )
        )
        AND i.plan IN ('monthly', 'basement')
        AND i.community_code = any(CAST(:community_codes AS text[]))
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
ORDER BY b.numerator < b.denominator DESC NULLS LAST, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
