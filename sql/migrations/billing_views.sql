-- What the books say at an instant, derived from rows that never change: the state of each bill, and who owes what.
--
-- The instant is the setting guanjia.as_of of the session (set_config('guanjia.as_of', '2026-11-20T12:00+08', TRUE));
-- without it the latest one any run worked for.

CREATE FUNCTION viewed_at() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        CAST(nullif(current_setting('guanjia.as_of', TRUE), '') AS timestamptz),
        (SELECT max(r.as_of) FROM public.runs AS r),
        CAST('0001-01-01' AS timestamptz)
    )
$$;

COMMENT ON FUNCTION viewed_at IS 'Instant the views on the books are seen at: setting guanjia.as_of, else the last run''s.';

CREATE VIEW bill_states AS
WITH instant AS MATERIALIZED (
    SELECT viewed_at() AS at
),

run_states AS (
    SELECT
        r.run_code,
        r.kind,
        r.posted_on,
        r.due_on,
        coalesce(r.posted_at <= i.at, FALSE) AS is_posted,
        r.kind = 'reversal' OR coalesce(u.posted_at <= i.at, FALSE) AS is_reversed
    FROM billing_runs AS r
    CROSS JOIN instant AS i
    LEFT JOIN billing_runs AS u ON r.run_code = u.reverses AND u.state = 'posted'
),

paid AS (
    SELECT
        a.community_code,
        a.unit_code,
        a.bill_code,
        sum(a.amount) AS amount
    FROM allocations AS a
    CROSS JOIN instant AS i
    WHERE a.allocated_at <= i.at AND (a.undone_at IS NULL OR a.undone_at > i.at)
    GROUP BY a.community_code, a.unit_code, a.bill_code
),

given AS (
    SELECT
        a.community_code,
        a.unit_code,
        a.source_code,
        sum(a.amount) AS amount
    FROM allocations AS a
    CROSS JOIN instant AS i
    WHERE
        a.source_kind = 'credit_note'
        AND a.allocated_at <= i.at AND (a.undone_at IS NULL OR a.undone_at > i.at)
    GROUP BY a.community_code, a.unit_code, a.source_code
),

balances AS (
    SELECT
        b.bill_code,
        b.run_code,
        b.period,
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.total,
        coalesce(b.due_on, r.due_on) AS due_on,
        r.posted_on,
        r.is_posted,
        r.is_reversed,
        b.total - coalesce(p.amount, 0) + coalesce(g.amount, 0) AS open_balance,
        b.batch_no
    FROM bills AS b
    INNER JOIN run_states AS r ON b.run_code = r.run_code
    LEFT JOIN paid AS p
        ON b.community_code = p.community_code AND b.unit_code = p.unit_code AND b.bill_code = p.bill_code
    LEFT JOIN given AS g
        ON b.community_code = g.community_code AND b.unit_code = g.unit_code AND b.bill_code = g.source_code
)

SELECT
    b.bill_code,
    b.run_code,
    b.period,
    b.community_code,
    b.unit_code,
    b.customer_code,
    b.total,
    b.due_on,
    CASE
        WHEN NOT b.is_posted THEN 'draft'
        WHEN b.is_reversed THEN 'reversed'
        WHEN b.open_balance = 0 THEN 'paid'
        WHEN b.open_balance <> b.total THEN 'part_paid'
        ELSE 'posted'
    END AS state,
    CASE WHEN b.is_posted AND NOT b.is_reversed THEN b.open_balance ELSE 0 END AS open_balance,
    CASE WHEN b.is_posted THEN b.posted_on END AS posted_on,
    b.batch_no
FROM balances AS b;

CREATE VIEW arrears AS
WITH today AS MATERIALIZED (
    SELECT CAST(viewed_at() AT TIME ZONE 'Asia/Shanghai' AS date) AS day
),

aged AS (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.open_balance,
        b.due_on,
        t.day - b.due_on AS age
    FROM bill_states AS b
    CROSS JOIN today AS t
    WHERE b.state IN ('posted', 'part_paid', 'paid')
)

SELECT
    a.community_code,
    a.unit_code,
    a.customer_code,
    sum(a.open_balance) AS balance,
    min(a.due_on) FILTER (WHERE a.open_balance > 0) AS oldest_due_on,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 0 AND 30), 0) AS days_0_30,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 31 AND 90), 0) AS days_31_90,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 91 AND 180), 0) AS days_91_180,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age BETWEEN 181 AND 365), 0) AS days_181_365,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age > 365), 0) AS days_over_365,
    coalesce(sum(a.open_balance) FILTER (WHERE a.open_balance > 0), 0) = 0 AS settled,
    coalesce(sum(a.open_balance) FILTER (WHERE a.age < 0), 0) AS not_yet_due
FROM aged AS a
GROUP BY a.community_code, a.unit_code, a.customer_code;
