-- Print files of bills: per run and building, how many bills go to payers without an address, and who printed them last.
--
-- Reads: bill_deliveries, billing_runs, communities, buildings
-- Writes: nothing; one row per run and building, those not printed first, then the latest posted
-- Rerun: reads only
--
-- Params:
--   all_runs (boolean): look at all runs
--   run_codes (text[]): else the runs to look at
--   only_waiting (boolean): only files with bills nobody has printed
SELECT
    d.run_code,
    d.community_code,
    m.community_name,
    d.building_code,
    coalesce(g.building_name, d.building_code) AS building_name,
    r.period,
    r.posted_on,
    count(*) AS bills,
    count(d.printed_at) AS printed,
    max(d.printed_at) AS printed_at,
    (array_agg(d.printed_by ORDER BY d.printed_at DESC NULLS LAST))[1] AS printed_by
FROM bill_deliveries AS d
INNER JOIN billing_runs AS r ON d.run_code = r.run_code
INNER JOIN communities AS m ON d.community_code = m.community_code
LEFT JOIN buildings AS g ON d.community_code = g.community_code AND d.building_code = g.building_code
WHERE
    d.way = 'print'
    AND (CAST(:all_runs AS boolean) OR d.run_code = any(CAST(:run_codes AS text[])))
GROUP BY
    d.run_code, d.community_code, m.community_name, d.building_code, g.building_name, r.period, r.posted_on
HAVING NOT CAST(:only_waiting AS boolean) OR count(d.printed_at) < count(*)
ORDER BY
    count(d.printed_at) < count(*) DESC, r.posted_on DESC, d.run_code ASC, d.building_code ASC
