-- Payments of which nobody knows whose they are, the longest waiting first.
-- Reads: payment_assignments, payments
-- Writes: nothing (one row per payment)
-- Rerun: reads only
-- Params:
--   community_code (text): only this community, and those that name none; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    p.payment_code AS payment_code,
    p.received_on AS received_on,
    p.community_code AS community_code,
    p.unit_code AS unit_code,
    p.payer AS payer,
    a.amount AS amount,
    p.method AS method,
    p.reference AS reference,
    a.reason AS reason,
    a.assigned_on AS assigned_on
FROM payment_assignments AS a
INNER JOIN payments AS p ON a.payment_code = p.payment_code
WHERE
    a.ended_at IS NULL AND a.state = 'suspense'
    AND (CAST(:community_code AS text) IS NULL OR p.community_code IS NULL OR p.community_code = :community_code)
ORDER BY p.received_on ASC, p.payment_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
