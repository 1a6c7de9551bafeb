-- Steps due for things kept on an earlier day that nobody was told of.
--
-- Reads: custody_steps
-- Writes: nothing (one row per kind of step)
-- Rerun: the same answer
--
-- Params:
--   on_day (date): day in Asia/Shanghai, exclusive: what is due that evening may still be told
SELECT
    s.step,
    count(*) AS steps,
    min(s.due_on) AS oldest
FROM custody_steps AS s
WHERE s.told_at IS NULL AND s.cancelled_on IS NULL AND s.due_on < CAST(:on_day AS date)
GROUP BY s.step
ORDER BY s.step
