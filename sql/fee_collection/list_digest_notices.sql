-- The letters of a run, for the centre's weekly list.
--
-- Reads: dunning, dunning_bills, bills, billing_runs, units, buildings, customers
-- Writes: nothing; one row per letter
-- Rerun: reads only
--
-- Params:
--   run_id (bigint): the run
SELECT
    d.notice_code,
    d.community_code,
    d.unit_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    d.customer_code,
    c.customer_name,
    d.level,
    d.amount,
    d.way,
    d.run_on,
    (
        SELECT min(coalesce(b.due_on, r.due_on))
        FROM dunning_bills AS n
        INNER JOIN bills AS b ON n.batch_no = b.batch_no AND n.bill_code = b.bill_code
        INNER JOIN billing_runs AS r ON b.run_code = r.run_code
        WHERE n.notice_code = d.notice_code
    ) AS oldest_due_on
FROM dunning AS d
INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
INNER JOIN customers AS c ON d.customer_code = c.customer_code
WHERE d.run_id = CAST(:run_id AS bigint) AND d.state <> 'cancelled'
ORDER BY d.community_code ASC, d.level DESC, d.amount DESC, d.notice_code ASC
