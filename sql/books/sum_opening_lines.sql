-- How many balances from before are to be posted, by community.
--
-- Reads: opening_lines (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
SELECT
    o.community_code,
    count(*) AS lines,
    max(o.bill_no) AS bills,
    sum(o.amount) AS total
FROM opening_lines AS o
GROUP BY o.community_code
ORDER BY o.community_code
