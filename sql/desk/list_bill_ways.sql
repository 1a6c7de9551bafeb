-- How the bills of a run reached their payers, by building.
-- Reads: bill_deliveries, buildings
-- Writes: nothing (one row per building)
-- Rerun: reads only
-- Params:
--   run_code (text): the billing run
SELECT
    d.building_code AS building_code,
    coalesce(max(b.building_name), d.building_code) AS building_name,
    count(*) FILTER (WHERE d.way = 'mail') AS mailed,
    count(*) FILTER (WHERE d.way = 'print') AS printed,
    count(*) FILTER (WHERE d.way = 'print' AND d.printed_at IS NULL) AS to_print,
    count(*) FILTER (WHERE d.way = 'none') AS nothing_due,
    max(d.printed_at) AS printed_at,
    max(d.printed_by) AS printed_by
FROM bill_deliveries AS d
LEFT JOIN buildings AS b ON d.community_code = b.community_code AND d.building_code = b.building_code
WHERE d.run_code = :run_code
GROUP BY d.building_code
ORDER BY d.building_code ASC
