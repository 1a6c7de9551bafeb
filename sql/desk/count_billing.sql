-- What of billing and collection waits for somebody.
-- Reads: billing_runs, payment_assignments
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   community_code (text): only this community; null: all
WITH waiting AS (
    SELECT
        count(*) FILTER (WHERE r.state = 'awaiting_approval') AS awaiting,
        coalesce(sum(r.total) FILTER (WHERE r.state = 'awaiting_approval'), 0) AS awaiting_total,
        coalesce(sum(r.exceptions) FILTER (WHERE r.state = 'awaiting_approval'), 0) AS exceptions,
        count(*) FILTER (WHERE r.state IN ('draft', 'checked', 'approved')) AS under_way
    FROM billing_runs AS r
    WHERE
        r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
        AND (CAST(:community_code AS text) IS NULL OR r.community_code = :community_code)
),

unassigned AS (
    SELECT
        count(*) AS payments,
        coalesce(sum(a.amount), 0) AS amount
    FROM payment_assignments AS a
    WHERE
        a.ended_at IS NULL AND a.state = 'suspense'
        AND (
            CAST(:community_code AS text) IS NULL OR a.community_code IS NULL OR a.community_code = :community_code
        )
)

SELECT
    w.awaiting AS awaiting,
    w.awaiting_total AS awaiting_total,
    w.exceptions AS exceptions,
    w.under_way AS under_way,
    u.payments AS suspense_payments,
    u.amount AS suspense_amount
FROM waiting AS w
CROSS JOIN unassigned AS u
