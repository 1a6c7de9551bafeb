-- Whose key was lent: the community it belongs to.
-- Reads: key_loans
-- Writes: nothing (one row, or none)
-- Rerun: reads only
-- Params:
--   loan_code (text): the loan
SELECT
    k.loan_code AS loan_code,
    k.community_code AS community_code
FROM key_loans AS k
WHERE k.loan_code = CAST(:loan_code AS text)
