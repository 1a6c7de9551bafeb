-- The Monday of the first weekly draw there ever was: days of the weeks before are shared with nobody.
--
-- Reads: quality_draws
-- Writes: nothing
-- Rerun: the same row for the same draws
--
-- Params: none
SELECT CAST(min(d.frame_to) AT TIME ZONE 'Asia/Shanghai' AS date) AS day
FROM quality_draws AS d
WHERE d.kind = 'weekly'
