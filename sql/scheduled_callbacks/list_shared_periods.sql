-- The periods of the day of one kind of rule, with the first instant of the earliest stretch of each.
--
-- Reads: service_bands (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT
    b.period,
    min(CAST(b.period_from AS timestamp)) AT TIME ZONE 'Asia/Shanghai' AS begins
FROM service_bands AS b
GROUP BY b.period
ORDER BY b.period
