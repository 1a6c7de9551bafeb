-- Keys that are out and to be chased, one row per loan whatever number of evenings is untold (CUST-02).
--
-- Reads: custody_steps, key_loans, communities
-- Writes: nothing
-- Rerun: the same rows until they are told
--
-- Params:
--   at (timestamptz): instant, inclusive; what came back by then is left out
SELECT
    s.subject AS loan_code,
    k.community_code,
    c.community_name,
    k.unit_code,
    k.borrower,
    k.borrowed_at
FROM custody_steps AS s
INNER JOIN key_loans AS k ON s.subject = k.loan_code
LEFT JOIN communities AS c ON k.community_code = c.community_code
WHERE
    s.step = 'key_chased'
    AND s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND (k.returned_at IS NULL OR k.returned_at > CAST(:at AS timestamptz))
GROUP BY s.subject, k.loan_code, c.community_code
ORDER BY k.borrowed_at, s.subject
