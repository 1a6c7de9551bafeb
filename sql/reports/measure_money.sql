-- What was billed with a due day in each window and how much of it was allocated by its end, and what is owed at its end by
-- age (REP-06). Credit notes count against both, so that a bill settled by one is collected.
--
-- Each window sees the books as the view bill_states shows them just before its end. Bills and allocations are read once
-- for all windows: each counts in a row of them (from_place to before to_place, windows in order of their ends), and what is
-- settled in all of them is out of the sums before windows are told apart.
--
-- Reads: bills, billing_runs, allocations, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH windows AS MATERIALIZED (
    SELECT
        w.window_no,
        w.first_due_day,
        w.last_due_day,
        w.last_day,
        row_number() OVER (ORDER BY w.ends) - 1 AS place
    FROM report_windows AS w
),

instants AS MATERIALIZED (
    SELECT
        array_agg(w.ends ORDER BY w.ends) AS ends,
        CAST(count(*) AS integer) AS windows
    FROM report_windows AS w
),

runs AS MATERIALIZED (
    SELECT
        r.run_code,
        r.due_on,
        width_bucket(r.posted_at, i.ends) AS from_place,
        coalesce(width_bucket(u.posted_at, i.ends), i.windows) AS to_place
    FROM billing_runs AS r
    CROSS JOIN instants AS i
    LEFT JOIN billing_runs AS u ON r.run_code = u.reverses AND u.state = 'posted'
    WHERE r.kind <> 'reversal'
),

posted AS (
    SELECT
        b.community_code,
        b.unit_code,
        b.bill_code,
        b.total,
        coalesce(b.due_on, r.due_on) AS due_on,
        r.from_place,
        r.to_place
    FROM bills AS b
    INNER JOIN runs AS r ON b.run_code = r.run_code AND r.from_place < r.to_place
    INNER JOIN report_communities AS c ON b.community_code = c.community_code
),

allocated AS (
    SELECT
        a.community_code,
        a.unit_code,
        a.bill_code,
        -a.amount AS amount,
        a.allocated_at,
        a.undone_at
    FROM allocations AS a
    UNION ALL
    SELECT
        a.community_code,
        a.unit_code,
        a.source_code AS bill_code,
        a.amount,
        a.allocated_at,
        a.undone_at
    FROM allocations AS a
    WHERE a.source_kind = 'credit_note'
),

parts AS (
    SELECT
        p.community_code,
        p.unit_code,
        p.due_on,
        p.from_place,
        p.to_place,
        p.total,
        p.total AS open_balance
    FROM posted AS p
    UNION ALL
    SELECT
        p.community_code,
        p.unit_code,
        p.due_on,
        greatest(p.from_place, width_bucket(a.allocated_at, i.ends)) AS from_place,
        least(p.to_place, width_bucket(a.undone_at, i.ends)) AS to_place,
        0 AS total,
        a.amount AS open_balance
    FROM posted AS p
    INNER JOIN allocated AS a
        ON p.community_code = a.community_code AND p.unit_code = a.unit_code AND p.bill_code = a.bill_code
    CROSS JOIN instants AS i
),

by_unit AS MATERIALIZED (
    SELECT
        p.community_code,
        p.unit_code,
        p.due_on,
        p.from_place,
        p.to_place,
        sum(p.total) AS total,
        sum(p.open_balance) AS open_balance
    FROM parts AS p
    WHERE p.from_place < p.to_place
    GROUP BY p.community_code, p.unit_code, p.due_on, p.from_place, p.to_place
),

by_day AS MATERIALIZED (
    SELECT
        u.community_code,
        u.due_on,
        u.from_place,
        u.to_place,
        sum(u.total) AS total,
        sum(u.open_balance) AS open_balance
    FROM by_unit AS u
    GROUP BY u.community_code, u.due_on, u.from_place, u.to_place
),

billed AS (
    SELECT
        w.window_no,
        d.community_code,
        sum(d.total) AS total,
        sum(d.total - d.open_balance) AS collected
    FROM windows AS w
    INNER JOIN by_day AS d ON w.place >= d.from_place AND w.place < d.to_place
    WHERE d.due_on >= w.first_due_day AND d.due_on <= w.last_due_day
    GROUP BY w.window_no, d.community_code
),

debtors AS (
    SELECT
        w.window_no,
        u.community_code,
        u.unit_code
    FROM windows AS w
    INNER JOIN by_unit AS u ON w.place >= u.from_place AND w.place < u.to_place
    WHERE u.open_balance <> 0 AND u.due_on <= w.last_day
    GROUP BY w.window_no, u.community_code, u.unit_code
    HAVING sum(u.open_balance) > 0
),

counted AS (
    SELECT
        d.window_no,
        d.community_code,
        count(*) AS units
    FROM debtors AS d
    GROUP BY d.window_no, d.community_code
),

aged AS (
    SELECT
        w.window_no,
        d.community_code,
        d.open_balance,
        w.last_day - d.due_on AS age
    FROM windows AS w
    INNER JOIN by_day AS d ON w.place >= d.from_place AND w.place < d.to_place
    WHERE d.due_on <= w.last_day
),

arrears AS (
    SELECT
        a.window_no,
        a.community_code,
        sum(a.open_balance) AS balance,
        coalesce(sum(a.open_balance) FILTER (WHERE a.age <= 30), 0) AS days_0_30,
        coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 31 AND 90), 0) AS days_31_90,
        coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 91 AND 180), 0) AS days_91_180,
        coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 181 AND 365), 0) AS days_181_365,
        coalesce(sum(a.open_balance) FILTER (WHERE a.age > 365), 0) AS days_over_365
    FROM aged AS a
    GROUP BY a.window_no, a.community_code
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
LEFT JOIN counted AS c ON a.window_no = c.window_no AND a.community_code = c.community_code
CROSS JOIN LATERAL (
    VALUES
    ('arrears', a.balance),
    ('units_in_arrears', coalesce(c.units, 0)),
    ('arrears.days_0_30', a.days_0_30),
    ('arrears.days_31_90', a.days_31_90),
    ('arrears.days_91_180', a.days_91_180),
    ('arrears.days_181_365', a.days_181_365),
    ('arrears.days_over_365', a.days_over_365)
) AS f (figure, numerator)
