-- Who owes what is overdue, per unit and customer: less the credit we hold for them, and whether they are chased.
--
-- Credit is what was paid and pays no bill yet, and credit notes not used up; what is left of a customer's credit in
-- their other units of the community counts, too. Not chased: up to the minimum, and while a dispute of the unit (or of
-- this customer of it) is open on the day.
--
-- Reads: overdue_bills, collected_communities (temporary), bill_states (as of the session's instant),
--        payment_assignments, allocations, disputes
-- Writes: debtors (temporary), one row per unit and customer with an overdue bill
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): instant; payments assigned after it are not seen
--   on_day (date): its day in Asia/Shanghai
CREATE TEMPORARY TABLE debtors ON COMMIT DROP AS
WITH due AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        sum(o.open_balance) AS due
    FROM overdue_bills AS o
    GROUP BY o.community_code, o.unit_code, o.customer_code
),

used AS (
    SELECT
        a.source_code,
        sum(a.amount) AS amount
    FROM allocations AS a
    WHERE
        a.source_kind = 'payment'
        AND a.allocated_at <= CAST(:as_of AS timestamptz)
        AND (a.undone_at IS NULL OR a.undone_at > CAST(:as_of AS timestamptz))
    GROUP BY a.source_code
),

held AS (
    SELECT
        p.community_code,
        p.unit_code,
        p.customer_code,
        p.amount - CASE WHEN p.state = 'assigned' THEN coalesce(u.amount, 0) ELSE 0 END AS amount
    FROM payment_assignments AS p
    LEFT JOIN used AS u ON p.payment_code = u.source_code
    WHERE
        p.customer_code IS NOT NULL
        AND p.assigned_at <= CAST(:as_of AS timestamptz)
        AND (p.ended_at IS NULL OR p.ended_at > CAST(:as_of AS timestamptz))
    UNION ALL
    SELECT
        s.community_code,
        s.unit_code,
        s.customer_code,
        -s.open_balance AS amount
    FROM bill_states AS s
    WHERE s.open_balance < 0
),

credits AS (
    SELECT
        h.community_code,
        h.unit_code,
        h.customer_code,
        greatest(sum(h.amount), 0) AS credit
    FROM held AS h
    GROUP BY h.community_code, h.unit_code, h.customer_code
),

spare AS (
    SELECT
        c.community_code,
        c.customer_code,
        sum(greatest(c.credit - coalesce(d.due, 0), 0)) AS amount
    FROM credits AS c
    LEFT JOIN due AS d
        ON c.community_code = d.community_code AND c.unit_code = d.unit_code AND c.customer_code = d.customer_code
    GROUP BY c.community_code, c.customer_code
)

SELECT
    d.community_code,
    d.unit_code,
    d.customer_code,
    d.due,
    coalesce(c.credit, 0) + coalesce(s.amount, 0) AS credit,
    d.due - coalesce(c.credit, 0) - coalesce(s.amount, 0) > g.minimum AS is_over_minimum,
    (
        SELECT count(*)
        FROM disputes AS p
        WHERE
            p.community_code = d.community_code
            AND p.unit_code = d.unit_code
            AND coalesce(p.customer_code, d.customer_code) = d.customer_code
            AND p.opened_on <= CAST(:on_day AS date)
            AND coalesce(p.closed_on >= CAST(:on_day AS date), TRUE)
    ) > 0 AS is_disputed
FROM due AS d
INNER JOIN collected_communities AS g ON d.community_code = g.community_code
LEFT JOIN credits AS c
    ON d.community_code = c.community_code AND d.unit_code = c.unit_code AND d.customer_code = c.customer_code
LEFT JOIN spare AS s ON d.community_code = s.community_code AND d.customer_code = s.customer_code
