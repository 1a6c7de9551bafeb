-- Which credit note pays how much of which bill: within a unit and payer both in the order they fell due, so that each
-- yuan of credit goes to the oldest yuan owed.
--
-- Example: notes of 30 and 50, bills of 60 and 100: 30 of the first and 30 of the second note pay the first bill, the
-- remaining 20 the second one.
--
-- Reads: billing_runs, bills, allocations
-- Writes: credit_shares (temporary), one row per note and bill; amount is what the note pays of the bill altogether
-- Rerun: after drop_credit_shares
--
-- Params:
--   community_codes (text[]): communities looked at
--   as_of (timestamptz): instant; bills posted after it are not seen
CREATE TEMPORARY TABLE credit_shares ON COMMIT DROP AS
WITH posted AS MATERIALIZED (
    SELECT
        r.run_code,
        r.batch_no,
        r.due_on
    FROM billing_runs AS r
    WHERE
        r.community_code = any(CAST(:community_codes AS text[]))
        AND r.state = 'posted'
        AND r.kind <> 'reversal'
        AND r.posted_at <= CAST(:as_of AS timestamptz)
),

notes AS MATERIALIZED (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.bill_code,
        coalesce(b.due_on, p.due_on) AS due_on,
        -b.total - coalesce(g.amount, 0) AS amount
    FROM posted AS p
    INNER JOIN bills AS b ON p.batch_no = b.batch_no AND p.run_code = b.run_code
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS amount
        FROM allocations AS a
        WHERE
            a.community_code = b.community_code
            AND a.unit_code = b.unit_code
            AND a.source_kind = 'credit_note'
            AND a.source_code = b.bill_code
            AND a.undone_at IS NULL
    ) AS g ON TRUE
    WHERE b.total < 0
),

payers AS MATERIALIZED (
    SELECT DISTINCT
        n.community_code,
        n.unit_code,
        n.customer_code
    FROM notes AS n
    WHERE n.amount > 0
),

owed AS MATERIALIZED (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.batch_no,
        b.bill_code,
        coalesce(b.due_on, p.due_on) AS due_on,
        b.total - coalesce(g.amount, 0) AS amount
    FROM payers AS y
    INNER JOIN bills AS b
        ON y.community_code = b.community_code AND y.unit_code = b.unit_code AND y.customer_code = b.customer_code
    INNER JOIN posted AS p ON b.run_code = p.run_code
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS amount
        FROM allocations AS a
        WHERE a.batch_no = b.batch_no AND a.bill_code = b.bill_code AND a.undone_at IS NULL
    ) AS g ON TRUE
    WHERE b.total > 0
),

note_spans AS (
    SELECT
        n.community_code,
        n.unit_code,
        n.customer_code,
        n.bill_code,
        sum(n.amount) OVER w - n.amount AS span_start,
        sum(n.amount) OVER w AS span_end
    FROM notes AS n
    WHERE n.amount > 0
    WINDOW w AS (PARTITION BY n.community_code, n.unit_code, n.customer_code ORDER BY n.due_on, n.bill_code)
),

bill_spans AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        o.batch_no,
        o.bill_code,
        sum(o.amount) OVER w - o.amount AS span_start,
        sum(o.amount) OVER w AS span_end
    FROM owed AS o
    WHERE o.amount > 0
    WINDOW w AS (PARTITION BY o.community_code, o.unit_code, o.customer_code ORDER BY o.due_on, o.bill_code)
)

SELECT
    o.community_code,
    o.unit_code,
    o.customer_code,
    n.bill_code AS note_code,
    o.batch_no,
    o.bill_code,
    least(n.span_end, o.span_end) - greatest(n.span_start, o.span_start) + coalesce(e.amount, 0) AS amount
FROM note_spans AS n
INNER JOIN bill_spans AS o
    ON
        n.community_code = o.community_code
        AND n.unit_code = o.unit_code
        AND n.customer_code = o.customer_code
        AND n.span_start < o.span_end
        AND n.span_end > o.span_start
LEFT JOIN allocations AS e
    ON
        e.source_kind = 'credit_note'
        AND n.bill_code = e.source_code
        AND o.bill_code = e.bill_code
        AND e.undone_at IS NULL
