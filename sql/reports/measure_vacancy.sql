-- Vacant and occupied units on the last day of the window, and what came of the inspections due in it (REP-06, INS-02).
--
-- Each window is judged as at its own end: a visit made after it was not made in it, and what was given up because the unit
-- is vacant no more was due if it was vacant until the end. A unit counts by the use it had on the day. Month's inspections
-- and basements are counted, as in the coverage of the month; findings of every inspection.
--
-- Reads: vacancies, units, unit_versions, occupancies, inspections, inspection_visits, report_windows,
--     report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH homes AS (
    SELECT
        w.window_no,
        u.community_code,
        u.handover_date <= w.last_day AS is_handed_over,
        exists(
            SELECT 1
            FROM occupancies AS o
            WHERE
                o.community_code = u.community_code
                AND o.unit_code = u.unit_code
                AND o.start_date <= w.last_day
                AND (o.end_date IS NULL OR o.end_date >= w.last_day)
        ) AS is_occupied,
        exists(
            SELECT 1
            FROM vacancies AS v
            WHERE
                v.community_code = u.community_code
                AND v.unit_code = u.unit_code
                AND v.start_date <= w.last_day
                AND (v.end_date IS NULL OR v.end_date >= w.last_day)
        ) AS is_vacant
    FROM report_windows AS w
    CROSS JOIN report_communities AS r
    INNER JOIN units AS u ON r.community_code = u.community_code
    WHERE
        r.live_at < w.ends
        AND CASE
            WHEN u.valid_from > w.last_day
                THEN (
                    SELECT v.unit_use
                    FROM unit_versions AS v
                    WHERE
                        v.community_code = u.community_code
                        AND v.unit_code = u.unit_code
                        AND v.valid_from <= w.last_day
                    ORDER BY v.valid_from DESC
                    LIMIT 1
                )
            ELSE u.unit_use
        END NOT IN ('parking', 'storage', 'basement')
),

counted AS (
    SELECT
        h.window_no,
        h.community_code,
        count(*) AS units,
        count(*) FILTER (WHERE h.is_vacant) AS vacant,
        count(*) FILTER (WHERE h.is_handed_over) AS handed_over,
        count(*) FILTER (WHERE h.is_handed_over AND h.is_occupied AND NOT h.is_vacant) AS lived_in
    FROM homes AS h
    GROUP BY h.window_no, h.community_code
),

visits AS (
    SELECT
        w.window_no,
        i.community_code,
        count(*) AS due,
        count(*) FILTER (
            WHERE EXISTS (
                SELECT 1
                FROM inspection_visits AS v
                WHERE
                    v.inspection_code = i.inspection_code
                    AND v.verdict = 'counted'
                    AND v.inspected_at < w.ends
            )
        ) AS made,
        count(*) FILTER (WHERE i.state = 'done' AND i.inspected_at < w.ends) AS entered
    FROM report_windows AS w
    INNER JOIN inspections AS i ON w.first_due_day <= i.due_on AND w.last_due_day >= i.due_on
    INNER JOIN report_communities AS r ON i.community_code = r.community_code
    WHERE
        i.plan IN ('monthly', 'basement')
        AND (
            i.state <> 'cancelled'
            OR EXISTS (
                SELECT 1
                FROM vacancies AS v
                WHERE
                    v.community_code = i.community_code
                    AND v.unit_code = i.unit_code
                    AND v.start_date <= i.due_on
                    AND (v.end_date IS NULL OR v.end_date >= w.last_day)
            )
        )
    GROUP BY w.window_no, i.community_code
),

found AS (
    SELECT
        w.window_no,
        i.community_code,
        count(*) AS findings
    FROM report_windows AS w
    INNER JOIN inspection_visits AS v ON w.starts <= v.inspected_at AND w.ends > v.inspected_at
    INNER JOIN inspections AS i ON v.inspection_code = i.inspection_code
    INNER JOIN report_communities AS r ON i.community_code = r.community_code
    WHERE v.case_code IS NOT NULL
    GROUP BY w.window_no, i.community_code
)

SELECT
    h.window_no,
    h.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM counted AS h
CROSS JOIN
    LATERAL (
        VALUES
        ('vacant', CAST(h.vacant AS numeric), CAST(NULL AS numeric)),
        ('vacancy_rate', h.vacant, h.units),
        ('occupancy_rate', h.lived_in, h.handed_over)
    ) AS f (figure, numerator, denominator)
UNION ALL
SELECT
    v.window_no,
    v.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM visits AS v
CROSS JOIN
    LATERAL (
        VALUES
        ('inspected', CAST(v.made AS numeric), CAST(v.due AS numeric)),
        ('entered', v.entered, v.due)
    ) AS f (figure, numerator, denominator)
UNION ALL
SELECT
    n.window_no,
    n.community_code,
    'findings' AS figure,
    n.findings AS numerator,
    NULL AS denominator
FROM found AS n
