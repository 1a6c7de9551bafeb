-- The bills on the letters a run planned: those whose next level has come.
--
-- Reads: dunning, planned_notices, overdue_bills (temporary)
-- Writes: dunning_bills, one row per letter and bill
-- Rerun: writes nothing
--
-- Params:
--   on_day (date): day of the run
--   run_id (bigint): the run
INSERT INTO dunning_bills (notice_code, bill_code, batch_no, level, amount)
SELECT
    d.notice_code,
    o.bill_code,
    o.batch_no,
    o.next_level AS level,
    o.open_balance AS amount
FROM dunning AS d
INNER JOIN planned_notices AS p
    ON d.community_code = p.community_code AND d.unit_code = p.unit_code AND d.customer_code = p.customer_code
INNER JOIN overdue_bills AS o
    ON d.community_code = o.community_code AND d.unit_code = o.unit_code AND d.customer_code = o.customer_code
WHERE
    d.run_id = CAST(:run_id AS bigint)
    AND d.run_on = CAST(:on_day AS date)
    AND d.state = 'planned'
    AND o.next_level IS NOT NULL
ON CONFLICT (notice_code, bill_code) DO NOTHING
