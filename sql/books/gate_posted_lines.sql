-- The lines of the billing runs a run posted, counted per charge and month, with how many break what the gate asks and a
-- bill to look at. Counted, not listed: a run of a million units has five million lines and a handful of such rows.
--
-- Reads: billing_runs, bills, bill_lines
-- Writes: nothing
-- Rerun: the same rows for the same run, until a later one corrects it
--
-- Params:
--   run_id (bigint): the run
WITH posted AS MATERIALIZED (
    SELECT
        r.run_code,
        r.community_code,
        r.period,
        r.batch_no,
        r.kind,
        r.bills,
        r.lines,
        r.total
    FROM billing_runs AS r
    WHERE r.run_id = :run_id AND r.state IN ('posted', 'reversed')
),

-- Batch by batch (no other is read), bills first: runs and lines have a batch in common, and must not be paired by it.
own_bills AS MATERIALIZED (
    SELECT
        p.run_code,
        p.kind,
        p.period AS billed_period,
        b.batch_no,
        b.bill_code,
        b.total
    FROM (SELECT DISTINCT s.batch_no FROM posted AS s) AS n
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
    INNER JOIN posted AS p ON b.run_code = p.run_code
),

own AS MATERIALIZED (
    SELECT
        b.run_code,
        b.kind,
        b.billed_period,
        l.bill_code,
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.charge_kind,
        l.charge_source,
        l.period,
        l.correction_no,
        l.amount,
        b.total,
        CASE
            WHEN b.kind = 'billing' AND l.correction_no > 0
                THEN CAST(l.explanation #>> '{correction,should_be}' AS numeric)
        END AS should_be
    FROM (SELECT DISTINCT s.batch_no FROM posted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.community_code,
                c.unit_code,
                c.customer_code,
                c.charge_kind,
                c.charge_source,
                c.period,
                c.correction_no,
                c.amount,
                c.explanation
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
    INNER JOIN own_bills AS b ON l.batch_no = b.batch_no AND l.bill_code = b.bill_code
),

periods AS MATERIALIZED (
    SELECT DISTINCT o.period
    FROM own AS o
),

-- A billing run holds no line of a later month; what cannot hold one of these months need not be read.
posted_runs AS MATERIALIZED (
    SELECT
        r.run_code,
        r.batch_no
    FROM billing_runs AS r
    WHERE
        r.community_code IN (SELECT p.community_code FROM posted AS p)
        AND r.state IN ('posted', 'reversed')
        AND (
            r.kind <> 'billing'
            OR r.period >= (SELECT min(p.period) FROM periods AS p)
            OR r.run_code IN (SELECT p.run_code FROM posted AS p)
        )
),

posted_bills AS MATERIALIZED (
    SELECT
        b.batch_no,
        b.bill_code
    FROM (SELECT DISTINCT s.batch_no FROM posted_runs AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.run_code
            FROM bills AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS b
    INNER JOIN posted_runs AS r ON b.run_code = r.run_code
),

-- Numbers 0, 1, 2 … each once: as many lines as the highest number says, and the numbers' sum.
charges AS (
    SELECT
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.charge_kind,
        l.charge_source,
        l.period,
        sum(l.amount) AS amount,
        count(*) AS lines,
        max(l.correction_no) AS last_no,
        sum(l.correction_no) AS numbers
    FROM (SELECT DISTINCT s.batch_no FROM posted_runs AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.community_code,
                c.unit_code,
                c.customer_code,
                c.charge_kind,
                c.charge_source,
                c.period,
                c.correction_no,
                c.amount
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
    INNER JOIN posted_bills AS b ON l.batch_no = b.batch_no AND l.bill_code = b.bill_code
    WHERE l.period IN (SELECT p.period FROM periods AS p)
    GROUP BY l.community_code, l.unit_code, l.customer_code, l.charge_kind, l.charge_source, l.period
),

billed AS MATERIALIZED (
    SELECT
        o.run_code,
        o.bill_code,
        count(*) AS lines,
        sum(o.amount) AS amount,
        sum(o.amount) <> max(o.total) AS is_torn
    FROM own AS o
    GROUP BY o.run_code, o.bill_code
),

torn AS MATERIALIZED (
    SELECT
        b.run_code,
        b.bill_code
    FROM billed AS b
    WHERE b.is_torn
),

judged AS (
    SELECT
        o.run_code,
        o.charge_kind,
        o.period,
        o.bill_code,
        c.lines > c.last_no + 1 OR (c.lines = c.last_no + 1 AND 2 * c.numbers <> c.lines * c.last_no) AS is_twice,
        c.lines < c.last_no + 1 AS is_out_of_turn,
        c.last_no = o.correction_no AND o.should_be <> c.amount AS is_off,
        o.period > o.billed_period AND o.kind = 'billing' AS is_ahead,
        t.bill_code IS NOT NULL AS is_torn
    FROM own AS o
    LEFT JOIN charges AS c
        ON
            o.community_code = c.community_code
            AND o.unit_code = c.unit_code
            AND o.customer_code = c.customer_code
            AND o.charge_kind = c.charge_kind
            AND o.charge_source = c.charge_source
            AND o.period = c.period
    LEFT JOIN torn AS t ON o.run_code = t.run_code AND o.bill_code = t.bill_code
),

sums AS (
    SELECT
        b.run_code,
        sum(b.lines) AS lines,
        count(*) AS bills,
        sum(b.amount) AS total
    FROM billed AS b
    GROUP BY b.run_code
),

counted AS (
    SELECT
        j.run_code,
        j.charge_kind,
        j.period,
        count(*) AS lines,
        coalesce(min(j.bill_code) FILTER (
            WHERE j.is_twice OR j.is_out_of_turn OR j.is_off OR j.is_ahead OR j.is_torn
        ), '-') AS first_bill,
        count(*) FILTER (WHERE j.is_twice) AS twice,
        count(*) FILTER (WHERE j.is_out_of_turn) AS out_of_turn,
        count(*) FILTER (WHERE j.is_off) AS off,
        count(*) FILTER (WHERE j.is_ahead) AS ahead,
        count(*) FILTER (WHERE j.is_torn) AS torn
    FROM judged AS j
    GROUP BY j.run_code, j.charge_kind, j.period
)

SELECT
    c.run_code,
    c.charge_kind,
    c.period,
    c.lines,
    c.first_bill,
    c.twice,
    c.out_of_turn,
    c.off,
    c.ahead,
    c.torn,
    p.lines = s.lines AND p.bills = s.bills AND p.total = s.total AS is_whole
FROM counted AS c
INNER JOIN posted AS p ON c.run_code = p.run_code
INNER JOIN sums AS s ON c.run_code = s.run_code
