-- Lets money pay bills: the oldest due first, the oldest money first, as far as either reaches.
--
-- Money and bills of a customer are laid end to end in their orders; where a payment's stretch and a bill's overlap, the
-- payment pays the bill. Example: 100.00 and 50.00 against bills of 70.00 and 60.00: 70 and 30 of the first, 30 of the
-- second; 20.00 stay.
--
-- Reads: free_payments, open_bills, payment_shares (temporary)
-- Writes: payment_shares (temporary), one row per payment and bill it pays
-- Rerun: once per transaction and way of matching
--
-- Params:
--   by_unit (boolean): true: bills of the unit that was paid for; false: the customer's bills in the whole community
INSERT INTO payment_shares (payment_code, batch_no, bill_code, amount)
WITH given AS (
    SELECT
        s.payment_code,
        sum(s.amount) AS amount
    FROM payment_shares AS s
    GROUP BY s.payment_code
),

taken AS (
    SELECT
        s.batch_no,
        s.bill_code,
        sum(s.amount) AS amount
    FROM payment_shares AS s
    GROUP BY s.batch_no, s.bill_code
),

money_left AS (
    SELECT
        f.payment_code,
        f.community_code,
        f.customer_code,
        CASE WHEN CAST(:by_unit AS boolean) THEN f.unit_code ELSE '' END AS place,
        f.received_on,
        f.free - coalesce(g.amount, 0) AS amount
    FROM free_payments AS f
    LEFT JOIN given AS g ON f.payment_code = g.payment_code
    WHERE f.free > coalesce(g.amount, 0)
),

still_open AS (
    SELECT
        b.batch_no,
        b.bill_code,
        b.community_code,
        b.customer_code,
        CASE WHEN CAST(:by_unit AS boolean) THEN b.unit_code ELSE '' END AS place,
        b.due_on,
        b.period,
        b.open_balance - coalesce(t.amount, 0) AS amount
    FROM open_bills AS b
    LEFT JOIN taken AS t ON b.batch_no = t.batch_no AND b.bill_code = t.bill_code
    WHERE b.open_balance > coalesce(t.amount, 0)
),

money_in_order AS (
    SELECT
        m.payment_code,
        m.community_code,
        m.customer_code,
        m.place,
        m.amount,
        sum(m.amount) OVER (
            PARTITION BY m.community_code, m.customer_code, m.place
            ORDER BY m.received_on, m.payment_code
        ) AS reaches_to
    FROM money_left AS m
),

bills_in_order AS (
    SELECT
        o.batch_no,
        o.bill_code,
        o.community_code,
        o.customer_code,
        o.place,
        o.amount,
        sum(o.amount) OVER (
            PARTITION BY o.community_code, o.customer_code, o.place
            ORDER BY o.due_on, o.period, o.bill_code
        ) AS reaches_to
    FROM still_open AS o
)

SELECT
    m.payment_code,
    o.batch_no,
    o.bill_code,
    least(m.reaches_to, o.reaches_to) - greatest(m.reaches_to - m.amount, o.reaches_to - o.amount) AS amount
FROM money_in_order AS m
INNER JOIN bills_in_order AS o
    ON
        m.community_code = o.community_code
        AND m.customer_code = o.customer_code
        AND m.place = o.place
        AND m.reaches_to > o.reaches_to - o.amount
        AND o.reaches_to > m.reaches_to - m.amount
