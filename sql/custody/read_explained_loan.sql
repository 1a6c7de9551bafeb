-- A key lent with what is known of the loan.
--
-- Reads: key_loans, communities
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   loan_code (text): loan
SELECT
    k.loan_code,
    k.community_code,
    c.community_name,
    k.unit_code,
    k.borrower,
    k.borrowed_at,
    k.returned_at
FROM key_loans AS k
LEFT JOIN communities AS c ON k.community_code = c.community_code
WHERE k.loan_code = CAST(:loan_code AS text)
