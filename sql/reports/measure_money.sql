-- What was billed with a due day in the window and how much of it was allocated by its end, and what is owed at its end by
-- age (REP-06). Credit notes count against both, so that a bill settled by one is collected.
--
-- Reads: bill_states (view, seen at the session's guanjia.as_of), report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per community and figure of the one window
-- Rerun: counts again, so once per report and window
--
-- Params:
--   window_no (int): window, whose end the session's guanjia.as_of is
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH posted AS (
    SELECT
        w.window_no,
        b.community_code,
        b.unit_code,
        b.total,
        b.open_balance,
        b.due_on >= w.first_due_day AND b.due_on <= w.last_due_day AS is_due_in_it,
        w.last_day - b.due_on AS age
    FROM bill_states AS b
    INNER JOIN report_communities AS r ON b.community_code = r.community_code
    INNER JOIN report_windows AS w ON w.window_no = CAST(:window_no AS integer)
    WHERE b.state IN ('posted', 'part_paid', 'paid')
),

billed AS (
    SELECT
        p.window_no,
        p.community_code,
        sum(p.total) AS total,
        sum(p.total - p.open_balance) AS collected
    FROM posted AS p
    WHERE p.is_due_in_it
    GROUP BY p.window_no, p.community_code
),

owed AS (
    SELECT
        p.window_no,
        p.community_code,
        p.unit_code,
        sum(p.open_balance) AS balance,
        coalesce(sum(p.open_balance) FILTER (WHERE p.age <= 30), 0) AS days_0_30,
        coalesce(sum(p.open_balance) FILTER (WHERE p.age BETWEEN 31 AND 90), 0) AS days_31_90,
        coalesce(sum(p.open_balance) FILTER (WHERE p.age BETWEEN 91 AND 180), 0) AS days_91_180,
        coalesce(sum(p.open_balance) FILTER (WHERE p.age BETWEEN 181 AND 365), 0) AS days_181_365,
        coalesce(sum(p.open_balance) FILTER (WHERE p.age > 365), 0) AS days_over_365
    FROM posted AS p
    WHERE p.age >= 0
    GROUP BY p.window_no, p.community_code, p.unit_code
),

arrears AS (
    SELECT
        o.window_no,
        o.community_code,
        sum(o.balance) AS balance,
        count(*) FILTER (WHERE o.balance > 0) AS units,
        sum(o.days_0_30) AS days_0_30,
        sum(o.days_31_90) AS days_31_90,
        sum(o.days_91_180) AS days_91_180,
        sum(o.days_181_365) AS days_181_365,
        sum(o.days_over_365) AS days_over_365
    FROM owed AS o
    GROUP BY o.window_no, o.community_code
)

SELECT
    b.window_no,
    b.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM billed AS b
CROSS JOIN
    LATERAL (
        VALUES
        ('billed', b.total, NULL),
        ('collection_rate', b.collected, b.total)
    ) AS f (figure, numerator, denominator)
UNION ALL
SELECT
    a.window_no,
    a.community_code,
    f.figure,
    f.numerator,
    NULL AS denominator
FROM arrears AS a
CROSS JOIN LATERAL (
    VALUES
    ('arrears', a.balance),
    ('units_in_arrears', a.units),
    ('arrears.days_0_30', a.days_0_30),
    ('arrears.days_31_90', a.days_31_90),
    ('arrears.days_91_180', a.days_91_180),
    ('arrears.days_181_365', a.days_181_365),
    ('arrears.days_over_365', a.days_over_365)
) AS f (figure, numerator)
