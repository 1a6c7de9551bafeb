-- The first and the last code, in their order, of the cases opened since the first window began.
--
-- Reads: report_opened (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
SELECT
    min(n.case_code) AS first_code,
    max(n.case_code) AS last_code
FROM report_opened AS n
