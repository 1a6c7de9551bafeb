-- The month's inspections behind a scope's figures: due on days that ended in the period, with the last visit made by its
-- end.
--
-- Reads: inspections, inspection_visits, inspection_results, vacancies
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; later facts are not looked at
--   community_codes (text[]): communities of the scope
--   is_by_community (boolean): rows are limited and counted in each community, not in all
--   row_limit (int): rows at most
WITH found AS (
    SELECT
        i.community_code,
        i.inspection_code,
        i.unit_code,
        i.due_on,
        CASE
            WHEN t.inspected_at IS NOT NULL THEN CASE WHEN t.entered THEN 'done' ELSE 'not_entered' END
            WHEN i.missed_at < CAST(:ends AS timestamptz) THEN 'missed'
            ELSE 'planned'
        END AS outcome,
        t.inspected_at,
        coalesce(t.staff_code, i.staff_code) AS staff_code,
        t.finding,
        row_number() OVER (
            PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN i.community_code END
            ORDER BY i.community_code ASC, i.due_on ASC, i.unit_code ASC, i.inspection_code ASC
        ) AS place,
        count(*) OVER (PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN i.community_code END) AS total
    FROM inspections AS i
    LEFT JOIN LATERAL (
        SELECT
            r.inspected_at,
            r.entered,
            r.staff_code,
            r.finding
        FROM inspection_visits AS v
        INNER JOIN inspection_results AS r ON v.inspection_code = r.inspection_code AND v.inspected_at = r.inspected_at
        WHERE
            v.inspection_code = i.inspection_code
            AND v.verdict = 'counted'
            AND v.inspected_at < CAST(:ends AS timestamptz)
        ORDER BY v.inspected_at DESC
        LIMIT 1
    ) AS t ON TRUE
    WHERE
        i.due_on >= CAST(CAST(:starts AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date)
        AND i.due_on < CAST(CAST(:ends AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date)
        AND i.plan IN ('monthly', 'basement')
        AND (
            i.state <> 'cancelled'
            OR EXISTS (
                SELECT 1
                FROM vacancies AS g
                WHERE
                    g.community_code = i.community_code
                    AND g.unit_code = i.unit_code
                    AND g.start_date <= i.due_on
                    AND (
                        g.end_date IS NULL
                        OR g.end_date >= CAST(
                            (CAST(:ends AS timestamptz) - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' AS date
                        )
                    )
            )
        )
        AND i.community_code = any(CAST(:community_codes AS text[]))
)

SELECT
    f.community_code,
    f.inspection_code,
    f.unit_code,
    f.due_on,
    f.outcome,
    f.inspected_at,
    f.staff_code,
    f.finding,
    f.total
FROM found AS f
WHERE f.place <= CAST(:row_limit AS integer)
ORDER BY f.community_code ASC, f.place ASC
