-- Bills of a run or of a unit, in the order of their numbers, a page at a time.
-- Reads: bill_states, customers
-- Writes: nothing (one row per bill)
-- Rerun: reads only
-- Params:
--   run_code (text): only bills of this run; null: of any
--   batch_no (integer): batch of the run; null: any
--   community_code (text): only this community; null: all
--   unit_code (text): only this unit; null: all
--   state (text): only bills in this state; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    b.bill_code AS bill_code,
    b.run_code AS run_code,
    b.period AS period,
    b.community_code AS community_code,
    b.unit_code AS unit_code,
    b.customer_code AS customer_code,
    c.customer_name AS customer_name,
    b.total AS total,
    b.open_balance AS open_balance,
    b.state AS state,
    b.due_on AS due_on,
    b.posted_on AS posted_on
FROM bill_states AS b
INNER JOIN customers AS c ON b.customer_code = c.customer_code
WHERE
    (CAST(:run_code AS text) IS NULL OR b.run_code = :run_code)
    AND (CAST(:batch_no AS integer) IS NULL OR b.batch_no = :batch_no)
    AND (CAST(:community_code AS text) IS NULL OR b.community_code = :community_code)
    AND (CAST(:unit_code AS text) IS NULL OR b.unit_code = :unit_code)
    AND (CAST(:state AS text) IS NULL OR b.state = :state)
ORDER BY b.batch_no, b.bill_code
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
