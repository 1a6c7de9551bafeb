-- Vacant and occupied units on the last day of the window, and what came of the inspections due in it (REP-06, INS-02).
--
-- Reads: vacancies, units, occupancies, inspections, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH homes AS (
    SELECT
        w.window_no,
        u.community_code,
        count(*) AS units,
        count(*) FILTER (WHERE u.handover_date <= w.last_day) AS handed_over,
        count(*) FILTER (
            WHERE
            u.handover_date <= w.last_day
            AND EXISTS (
                SELECT 1
                FROM occupancies AS o
                WHERE
                    o.community_code = u.community_code
                    AND o.unit_code = u.unit_code
                    AND o.start_date <= w.last_day
                    AND (o.end_date IS NULL OR o.end_date >= w.last_day)
            )
            AND NOT EXISTS (
                SELECT 1
                FROM vacancies AS v
                WHERE
                    v.community_code = u.community_code
                    AND v.unit_code = u.unit_code
                    AND v.start_date <= w.last_day
                    AND (v.end_date IS NULL OR v.end_date >= w.last_day)
            )
        ) AS lived_in,
        count(*) FILTER (
            WHERE EXISTS (
                SELECT 1
                FROM vacancies AS v
                WHERE
                    v.community_code = u.community_code
                    AND v.unit_code = u.unit_code
                    AND v.start_date <= w.last_day
                    AND (v.end_date IS NULL OR v.end_date >= w.last_day)
            )
        ) AS vacant
    FROM report_windows AS w
    CROSS JOIN report_communities AS r
    INNER JOIN units AS u ON r.community_code = u.community_code
    WHERE u.unit_use NOT IN ('parking', 'storage', 'basement')
    GROUP BY w.window_no, u.community_code
),

visits AS (
    SELECT
        w.window_no,
        i.community_code,
        count(*) AS due,
        count(*) FILTER (WHERE i.state IN ('done', 'not_entered')) AS made,
        count(*) FILTER (WHERE i.state = 'done') AS entered,
        count(*) FILTER (WHERE i.finding_case_code IS NOT NULL) AS findings
    FROM report_windows AS w
    INNER JOIN inspections AS i ON w.first_day <= i.due_on AND w.last_day >= i.due_on
    INNER JOIN report_communities AS r ON i.community_code = r.community_code
    WHERE i.state <> 'cancelled' AND (w.window_no > 0 OR i.state <> 'planned' OR i.due_on < w.last_day)
    GROUP BY w.window_no, i.community_code
)

SELECT
    h.window_no,
    h.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM homes AS h
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
CROSS JOIN LATERAL (
    VALUES
    ('inspected', CAST(v.made AS numeric), CAST(v.due AS numeric)),
    ('entered', v.entered, v.made),
    ('findings', v.findings, NULL)
) AS f (figure, numerator, denominator)
