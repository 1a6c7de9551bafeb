-- The lines of the billing runs a run drafted, counted per charge and month, with how many break what the gate asks and
-- a bill to look at. Counted, not listed: a run of a million units has five million lines and a handful of such rows.
--
-- Reads: billing_runs, bills, bill_lines, occupancies, contracts, communities, cases, settings
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
        r.drafted_at,
        c.developer_code
    FROM billing_runs AS r
    INNER JOIN communities AS c ON r.community_code = c.community_code
    WHERE
        r.run_id = :run_id
        AND r.kind = 'billing'
        AND r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
),

served AS (
    SELECT DISTINCT ON (d.run_code)
        d.run_code,
        to_char(CAST(s.value AS date), 'YYYY-MM') AS first_period
    FROM drafted AS d
    INNER JOIN settings AS s
        ON
            s.setting = 'live_from'
            AND (s.community_code IS NULL OR d.community_code = s.community_code)
            AND (
                s.valid_from IS NULL OR s.valid_from <= CAST(d.drafted_at AT TIME ZONE 'Asia/Shanghai' AS date)
            )
    ORDER BY d.run_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
),

-- Batch by batch (no other is read), bills first: runs and lines have a batch in common, and must not be paired by it.
drafted_bills AS MATERIALIZED (
    SELECT
        d.run_code,
        d.community_code,
        d.developer_code,
        s.first_period,
        b.batch_no,
        b.bill_code
    FROM (SELECT DISTINCT k.batch_no FROM drafted AS k) AS n
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
    INNER JOIN drafted AS d ON b.run_code = d.run_code
    LEFT JOIN served AS s ON d.run_code = s.run_code
),

lines AS MATERIALIZED (
    SELECT
        b.run_code,
        b.community_code,
        b.developer_code,
        l.bill_code,
        l.unit_code,
        l.customer_code,
        l.charge_kind,
        l.charge_source,
        l.period,
        l.correction_no,
        l.amount,
        l.relief,
        l.correction_no > 0 AND (
            l.explanation IS NULL
            OR CAST(l.explanation #>> '{correction,should_be}' AS numeric)
            - CAST(l.explanation #>> '{correction,posted}' AS numeric) IS DISTINCT FROM l.amount
        ) AS is_unexplained,
        coalesce(l.period < b.first_period, TRUE) AS is_before_live,
        coalesce(CAST(l.explanation #>> '{pool,cost}' AS numeric) < 0, FALSE) AS is_of_negative_pool
    FROM (SELECT DISTINCT k.batch_no FROM drafted AS k) AS n
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
                c.relief,
                c.explanation
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
    INNER JOIN drafted_bills AS b ON l.batch_no = b.batch_no AND l.bill_code = b.bill_code
),

periods AS MATERIALIZED (
    SELECT DISTINCT l.period
    FROM lines AS l
),

-- A billing run holds no line of a later month; what cannot hold one of these months need not be read.
posted_runs AS MATERIALIZED (
    SELECT
        r.run_code,
        r.batch_no
    FROM billing_runs AS r
    WHERE
        r.state IN ('posted', 'reversed')
        AND (r.kind <> 'billing' OR r.period >= (SELECT min(p.period) FROM periods AS p))
        AND r.community_code IN (
            SELECT d.community_code
            FROM drafted AS d
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

posted AS (
    SELECT
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.charge_kind,
        l.charge_source,
        l.period,
        max(l.correction_no) AS correction_no
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
                c.correction_no
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
    INNER JOIN posted_bills AS b ON l.batch_no = b.batch_no AND l.bill_code = b.bill_code
    WHERE l.period IN (SELECT p.period FROM periods AS p)
    GROUP BY l.community_code, l.unit_code, l.customer_code, l.charge_kind, l.charge_source, l.period
),

payers AS (
    SELECT DISTINCT
        o.community_code,
        o.unit_code,
        o.customer_code
    FROM occupancies AS o
    INNER JOIN drafted AS d ON o.community_code = d.community_code
    WHERE o.pays_fees
    UNION
    SELECT
        k.community_code,
        k.unit_code,
        k.customer_code
    FROM contracts AS k
    INNER JOIN drafted AS d ON k.community_code = d.community_code
    UNION
    SELECT
        c.community_code,
        c.unit_code,
        c.customer_code
    FROM cases AS c
    INNER JOIN drafted AS d ON c.community_code = d.community_code
    WHERE c.customer_code IS NOT NULL AND c.unit_code IS NOT NULL
),

judged AS (
    SELECT
        l.run_code,
        l.charge_kind,
        l.period,
        l.bill_code,
        l.amount,
        l.is_unexplained,
        l.is_before_live,
        l.correction_no <> coalesce(p.correction_no + 1, 0) AS is_out_of_turn,
        -- A share of a shared meter that fell, and that a person released, is below nought from the first.
        l.correction_no = 0 AND l.amount < 0 AND NOT l.is_of_negative_pool AS is_negative,
        p.correction_no IS NULL
        AND y.customer_code IS NULL
        AND coalesce(l.customer_code <> l.developer_code, TRUE) AS is_unowed
    FROM lines AS l
    LEFT JOIN posted AS p
        ON
            l.community_code = p.community_code
            AND l.unit_code = p.unit_code
            AND l.customer_code = p.customer_code
            AND l.charge_kind = p.charge_kind
            AND l.charge_source = p.charge_source
            AND l.period = p.period
    LEFT JOIN payers AS y
        ON l.community_code = y.community_code AND l.unit_code = y.unit_code AND l.customer_code = y.customer_code
)

SELECT
    j.run_code,
    j.charge_kind,
    j.period,
    count(*) AS lines,
    coalesce(min(j.bill_code) FILTER (
        WHERE j.is_unexplained OR j.is_before_live OR j.is_out_of_turn OR j.is_negative OR j.is_unowed
    ), '-') AS first_bill,
    count(*) FILTER (WHERE j.is_out_of_turn) AS out_of_turn,
    count(*) FILTER (WHERE j.is_before_live) AS before_live,
    count(*) FILTER (WHERE j.is_unexplained) AS unexplained,
    count(*) FILTER (WHERE j.is_negative) AS negative,
    count(*) FILTER (WHERE j.is_unowed) AS unowed,
    max(abs(j.amount)) AS largest
FROM judged AS j
GROUP BY j.run_code, j.charge_kind, j.period
