-- The bills of a print file, with the instant they were told for and whether they were handed out.
--
-- Reads: bill_deliveries
-- Writes: nothing; one row per bill
-- Rerun: reads only
--
-- Params:
--   run_code (text): the run
--   building_code (text): the building
SELECT
    d.batch_no,
    d.bill_code,
    d.told_at,
    d.printed_at
FROM bill_deliveries AS d
WHERE d.run_code = :run_code AND d.building_code = :building_code AND d.way = 'print'
ORDER BY d.told_at, d.bill_code
