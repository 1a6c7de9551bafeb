-- The billing runs a run drafted, with what the gate asks of them before anybody is asked to approve.
--
-- Reads: billing_runs, bills, bill_lines, billing_exceptions, settings
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH drafted AS (
    SELECT
        r.run_code,
        r.period,
        r.community_code,
        r.batch_no,
        r.bills,
        r.lines,
        r.exceptions,
        r.total,
        r.post_no,
        r.drafted_at
    FROM billing_runs AS r
    WHERE
        r.run_id = :run_id
        AND r.kind = 'billing'
        AND r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
),

-- Batch by batch (no other is read), bills first: runs and lines have a batch in common, and must not be paired by it.
drafted_bills AS MATERIALIZED (
    SELECT
        d.run_code,
        b.batch_no,
        b.bill_code,
        b.total
    FROM (SELECT DISTINCT s.batch_no FROM drafted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.run_code,
                c.total
            FROM bills AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS b
    INNER JOIN drafted AS d ON b.run_code = d.run_code
),

billed AS (
    SELECT
        b.run_code,
        count(*) AS bills,
        sum(b.total) AS total
    FROM drafted_bills AS b
    GROUP BY b.run_code
),

lined AS (
    SELECT
        b.run_code,
        count(*) AS lines
    FROM (SELECT DISTINCT s.batch_no FROM drafted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
    INNER JOIN drafted_bills AS b ON l.batch_no = b.batch_no AND l.bill_code = b.bill_code
    GROUP BY b.run_code
),

excepted AS (
    SELECT
        e.run_code,
        count(*) AS exceptions
    FROM billing_exceptions AS e
    INNER JOIN drafted AS d ON e.run_code = d.run_code
    GROUP BY e.run_code
),

served AS (
    SELECT DISTINCT ON (d.run_code)
        d.run_code,
        CAST(s.value AS date) AS live_from
    FROM drafted AS d
    INNER JOIN settings AS s
        ON
            s.setting = 'live_from'
            AND (s.community_code IS NULL OR d.community_code = s.community_code)
            AND (
                s.valid_from IS NULL OR s.valid_from <= CAST(d.drafted_at AT TIME ZONE 'Asia/Shanghai' AS date)
            )
    ORDER BY d.run_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
)

SELECT
    d.run_code,
    d.bills - coalesce(b.bills, 0) AS bills_off,
    d.lines - coalesce(l.lines, 0) AS lines_off,
    d.exceptions - coalesce(e.exceptions, 0) AS exceptions_off,
    d.total - coalesce(b.total, 0) AS total_off,
    coalesce(d.period >= to_char(s.live_from, 'YYYY-MM'), FALSE) AS is_served,
    CAST(d.period || '-01' AS date) + interval '1 month'
    <= CAST(d.drafted_at AT TIME ZONE 'Asia/Shanghai' AS timestamp) AS is_over,
    d.post_no - coalesce(p.post_no, 0) AS places_after_last,
    CASE WHEN p.total > 0 THEN round(100 * (d.total - p.total) / p.total, 1) END AS change_pct
FROM drafted AS d
LEFT JOIN billed AS b ON d.run_code = b.run_code
LEFT JOIN lined AS l ON d.run_code = l.run_code
LEFT JOIN excepted AS e ON d.run_code = e.run_code
LEFT JOIN served AS s ON d.run_code = s.run_code
LEFT JOIN LATERAL (
    SELECT
        max(r.post_no) AS post_no,
        sum(r.total) FILTER (
            WHERE
            r.kind = 'billing'
            AND r.state = 'posted'
            AND r.attempt = 1
            AND r.period = to_char(CAST(d.period || '-01' AS date) - interval '1 month', 'YYYY-MM')
        ) AS total
    FROM billing_runs AS r
    WHERE r.community_code = d.community_code AND r.state IN ('posted', 'reversed')
) AS p ON TRUE
