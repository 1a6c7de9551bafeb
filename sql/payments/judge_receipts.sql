-- Whose a payment is: the customer of the named unit whose name is the payer's, else the unit's only payer on the day.
--
-- Of several customers of that name the one who paid the unit's fees on that day goes first, then who lived there or had
-- a contract, then who ever did; still several: suspense. The second of two lines equal in unit, payer, amount and day
-- waits as a possible duplicate, unless the first was taken back.
--
-- Reads: waiting_payments (temporary), payments, payment_assignments, occupancies, contracts, opening_balances, bills,
-- billing_runs, communities, units, customers
-- Writes: judged_payments (temporary), one row per payment above zero
-- Rerun: once per judging
--
-- Params:
--   as_of (timestamptz): instant; what begins or is posted after it is not seen
INSERT INTO judged_payments (payment_code, state, community_code, unit_code, customer_code, reason, amount)
WITH today AS (
    SELECT CAST(CAST(:as_of AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date) AS day
),

receipts AS (
    SELECT
        w.payment_code,
        w.received_on,
        w.community_code,
        w.unit_code,
        w.payer,
        w.amount,
        w.is_outside
    FROM waiting_payments AS w
    WHERE w.amount > 0
),

named_units AS (
    SELECT DISTINCT
        r.community_code,
        r.unit_code
    FROM receipts AS r
    WHERE r.community_code IS NOT NULL AND r.unit_code IS NOT NULL AND NOT r.is_outside
),

links AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        o.pays_fees,
        daterange(o.start_date, o.end_date, '[]') AS days
    FROM named_units AS n
    INNER JOIN occupancies AS o ON n.community_code = o.community_code AND n.unit_code = o.unit_code
    CROSS JOIN today AS t
    WHERE o.start_date <= t.day
    UNION ALL
    SELECT
        c.community_code,
        c.unit_code,
        c.customer_code,
        FALSE,
        daterange(c.start_date, c.end_date, '[]')
    FROM named_units AS n
    INNER JOIN contracts AS c ON n.community_code = c.community_code AND n.unit_code = c.unit_code
    CROSS JOIN today AS t
    WHERE c.start_date <= t.day
    UNION ALL
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        FALSE,
        CAST('empty' AS daterange)
    FROM named_units AS n
    INNER JOIN opening_balances AS b ON n.community_code = b.community_code AND n.unit_code = b.unit_code
    UNION ALL
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        FALSE,
        CAST('empty' AS daterange)
    FROM named_units AS n
    INNER JOIN bills AS b ON n.community_code = b.community_code AND n.unit_code = b.unit_code
    INNER JOIN billing_runs AS r ON b.run_code = r.run_code
    WHERE r.state IN ('posted', 'reversed') AND r.posted_at <= CAST(:as_of AS timestamptz)
    UNION ALL
    SELECT
        u.community_code,
        u.unit_code,
        c.developer_code,
        TRUE,
        daterange(NULL, u.handover_date, '[)')
    FROM named_units AS n
    INNER JOIN units AS u ON n.community_code = u.community_code AND n.unit_code = u.unit_code
    INNER JOIN communities AS c ON u.community_code = c.community_code
    WHERE c.developer_code IS NOT NULL
),

customers_of_units AS (
    SELECT
        l.community_code,
        l.unit_code,
        l.customer_code,
        regexp_replace(lower(normalize(c.customer_name, nfkc)), '[\s\u200b\ufeff]', '', 'g') AS customer_name,
        coalesce(range_agg(l.days) FILTER (WHERE l.pays_fees), CAST('{}' AS datemultirange)) AS paying_days,
        range_agg(l.days) AS days
    FROM links AS l
    INNER JOIN customers AS c ON l.customer_code = c.customer_code
    GROUP BY l.community_code, l.unit_code, l.customer_code, c.customer_name
),

of_that_name AS (
    SELECT
        r.payment_code,
        c.customer_code,
        CASE
            WHEN c.paying_days @> r.received_on THEN 1
            WHEN c.days @> r.received_on THEN 2
            ELSE 3
        END AS place
    FROM receipts AS r
    INNER JOIN customers_of_units AS c
        ON r.community_code = c.community_code AND r.unit_code = c.unit_code AND r.payer = c.customer_name
    WHERE r.payer <> ''
),

nearest_of_that_name AS (
    SELECT DISTINCT ON (o.payment_code)
        o.payment_code,
        count(*) OVER (PARTITION BY o.payment_code, o.place) AS customers,
        o.customer_code
    FROM of_that_name AS o
    ORDER BY o.payment_code, o.place, o.customer_code
),

registered_payers AS (
    SELECT
        r.payment_code,
        count(DISTINCT o.customer_code) AS payers,
        min(o.customer_code) AS customer_code
    FROM receipts AS r
    INNER JOIN occupancies AS o ON r.community_code = o.community_code AND r.unit_code = o.unit_code
    CROSS JOIN today AS t
    WHERE
        o.pays_fees
        AND o.start_date <= least(r.received_on, t.day)
        AND (o.end_date IS NULL OR o.end_date >= r.received_on)
    GROUP BY r.payment_code
),

alike AS (
    SELECT
        p.payment_code,
        row_number() OVER (
            PARTITION BY
                p.community_code,
                p.unit_code,
                p.received_on,
                p.amount,
                regexp_replace(lower(normalize(coalesce(p.payer, ''), nfkc)), '[\s\u200b\ufeff]', '', 'g')
            ORDER BY (h.payment_code IS NULL), p.payment_code
        ) AS place
    FROM payments AS p
    LEFT JOIN payment_assignments AS h
        ON p.payment_code = h.payment_code AND h.ended_at IS NULL AND h.state = 'assigned'
    LEFT JOIN (
        SELECT
            coalesce(k.reverses, btrim(normalize(n.reference, nfkc))) AS payment_code,
            -sum(n.amount) AS amount
        FROM payments AS n
        CROSS JOIN today AS t
        LEFT JOIN payment_assignments AS k
            ON n.payment_code = k.payment_code AND k.ended_at IS NULL AND k.assigned_by IS NOT NULL
        WHERE n.amount < 0 AND n.received_on <= t.day
        GROUP BY coalesce(k.reverses, btrim(normalize(n.reference, nfkc)))
    ) AS b ON p.payment_code = b.payment_code
    WHERE
        (p.community_code, p.unit_code, p.received_on, p.amount) IN (
            SELECT
                r.community_code,
                r.unit_code,
                r.received_on,
                r.amount
            FROM receipts AS r
        )
        AND b.amount IS DISTINCT FROM p.amount
),

judged AS (
    SELECT
        r.payment_code,
        r.community_code,
        r.unit_code,
        r.amount,
        CASE
            WHEN n.customers = 1 THEN n.customer_code
            WHEN n.customers IS NULL AND y.payers = 1 THEN y.customer_code
            WHEN
                n.customers IS NULL AND y.payers IS NULL AND (u.handover_date IS NULL OR u.handover_date > r.received_on)
                THEN c.developer_code
        END AS customer_code,
        CASE
            WHEN r.is_outside THEN 'before_live'
            WHEN r.community_code IS NULL OR r.unit_code IS NULL THEN 'no_unit'
            WHEN coalesce(a.place > 1, FALSE) THEN 'possible_duplicate'
            WHEN n.customers > 1 THEN 'several_of_that_name'
            WHEN n.customers IS NULL AND y.payers > 1 THEN 'several_payers'
            WHEN
                n.customers IS NULL
                AND y.payers IS NULL
                AND (c.developer_code IS NULL OR u.handover_date <= r.received_on)
                THEN 'no_payer'
        END AS held_back,
        CASE WHEN n.customers = 1 THEN 'name' WHEN y.payers = 1 THEN 'only_payer' ELSE 'developer' END AS found_by,
        r.is_outside
    FROM receipts AS r
    LEFT JOIN nearest_of_that_name AS n ON r.payment_code = n.payment_code
    LEFT JOIN registered_payers AS y ON r.payment_code = y.payment_code
    LEFT JOIN alike AS a ON r.payment_code = a.payment_code
    LEFT JOIN units AS u ON r.community_code = u.community_code AND r.unit_code = u.unit_code
    LEFT JOIN communities AS c ON r.community_code = c.community_code
)

SELECT
    j.payment_code,
    CASE WHEN j.held_back IS NULL THEN 'assigned' ELSE 'suspense' END AS state,
    j.community_code,
    CASE WHEN j.community_code IS NOT NULL THEN j.unit_code END AS unit_code,
    CASE WHEN j.held_back IS NULL THEN j.customer_code END AS customer_code,
    coalesce(j.held_back, j.found_by) AS reason,
    CASE WHEN j.is_outside THEN 0 ELSE j.amount END AS amount
FROM judged AS j
