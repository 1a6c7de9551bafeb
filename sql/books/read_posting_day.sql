-- Day of entries: the day asked for, or the first one after the last closed month if that is later (BILL-10).
--
-- Reads: period_closes
-- Writes: nothing
-- Rerun: the same until another month is closed
--
-- Params:
--   day (date): day of the run's instant in Asia/Shanghai
SELECT
    greatest(
        CAST(:day AS date),
        CAST(CAST(max(c.period) || '-01' AS date) + CAST('1 month' AS interval) AS date)
    ) AS posting_day
FROM period_closes AS c
