-- Print files of reminder letters: one per building and day, with the letters that have not been printed yet, or of one
-- day those that have been, to print them again.
--
-- Only letters a run let out count: one that failed at its gate is planned anew by the next.
--
-- Reads: dunning, runs, communities, buildings
-- Writes: nothing; one row per community, building and day of the run
-- Rerun: reads only
--
-- Params:
--   community_code (text): community; null: all
--   printed_of (date): day of the run whose printed letters are asked for; null: the letters that wait, of all days
SELECT
    d.community_code,
    m.community_name,
    d.building_code,
    coalesce(g.building_name, d.building_code) AS building_name,
    d.run_on,
    count(*) AS notices,
    count(DISTINCT d.customer_code) AS letters,
    sum(d.amount) AS amount,
    array_agg(d.notice_code ORDER BY d.notice_code) AS notice_codes
FROM dunning AS d
INNER JOIN runs AS r ON d.run_id = r.run_id
INNER JOIN communities AS m ON d.community_code = m.community_code
LEFT JOIN buildings AS g ON d.community_code = g.community_code AND d.building_code = g.building_code
WHERE
    d.state = CASE WHEN CAST(:printed_of AS date) IS NULL THEN 'planned' ELSE 'printed' END
    AND d.run_on = coalesce(CAST(:printed_of AS date), d.run_on)
    AND d.way = 'print'
    AND r.state = 'succeeded'
    AND (CAST(:community_code AS text) IS NULL OR d.community_code = CAST(:community_code AS text))
GROUP BY d.community_code, m.community_name, d.building_code, g.building_name, d.run_on
ORDER BY d.community_code, d.building_code, d.run_on
