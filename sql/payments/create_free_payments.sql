-- Payments of customers with money left that pays no bill yet.
--
-- Reads: payment_assignments, payments, allocations
-- Writes: free_payments (temporary), one row per payment with money left
-- Rerun: once after its tables were dropped
--
-- Params:
--   as_of (timestamptz): instant; payments assigned after it are not seen
--   communities (text[]): communities to look at; null: all
CREATE TEMPORARY TABLE free_payments ON COMMIT DROP AS
WITH used AS (
    SELECT
        a.source_code,
        coalesce(sum(a.amount) FILTER (WHERE a.undone_at IS NULL), 0) AS amount,
        max(a.undone_at) AS undone_at
    FROM allocations AS a
    WHERE a.source_kind = 'payment'
    GROUP BY a.source_code
),

taken_back AS (
    SELECT
        r.reverses AS payment_code,
        -sum(r.amount) AS amount
    FROM payment_assignments AS r
    WHERE r.state = 'reversal' AND r.ended_at IS NULL
    GROUP BY r.reverses
)

SELECT
    h.payment_code,
    h.community_code,
    h.unit_code,
    h.customer_code,
    p.received_on,
    h.amount - coalesce(t.amount, 0) - coalesce(u.amount, 0) AS free,
    u.undone_at
FROM payment_assignments AS h
INNER JOIN payments AS p ON h.payment_code = p.payment_code
LEFT JOIN used AS u ON h.payment_code = u.source_code
LEFT JOIN taken_back AS t ON h.payment_code = t.payment_code
WHERE
    h.ended_at IS NULL
    AND h.state = 'assigned'
    AND h.assigned_at <= CAST(:as_of AS timestamptz)
    AND (CAST(:communities AS text[]) IS NULL OR h.community_code = any(CAST(:communities AS text[])))
    AND h.amount - coalesce(t.amount, 0) - coalesce(u.amount, 0) > 0
