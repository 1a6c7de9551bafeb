-- Whether a unit is known, and what waits in suspense that names it, as of an instant.
--
-- Reads: units, payment_assignments
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   community_code (text): community
--   unit_code (text): unit
--   as_of (timestamptz): instant
SELECT
    u.unit_code,
    coalesce(sum(a.amount), 0) AS waiting_amount,
    count(a.payment_code) AS waiting_payments
FROM units AS u
LEFT JOIN payment_assignments AS a
    ON
        u.community_code = a.community_code
        AND u.unit_code = a.unit_code
        AND a.state = 'suspense'
        AND a.assigned_at <= CAST(:as_of AS timestamptz)
        AND (a.ended_at IS NULL OR a.ended_at > CAST(:as_of AS timestamptz))
WHERE u.community_code = CAST(:community_code AS text) AND u.unit_code = CAST(:unit_code AS text)
GROUP BY u.unit_code
