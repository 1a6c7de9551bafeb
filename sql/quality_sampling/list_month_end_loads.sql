-- Month-end draws of a section whose scoring may still go on: the Monday they were due on, and the scores they ask for.
--
-- Reads: quality_draws
-- Writes: nothing
-- Rerun: the same rows for the same draws
--
-- Params:
--   section (text): section
--   first_day (date): Mondays from here on, inclusive, in Asia/Shanghai
--   draw_day (date): up to here, exclusive
SELECT
    CAST(d.explanation ->> 'drawn_on' AS date) AS drawn_on,
    CAST(d.explanation ->> 'load' AS integer) AS load
FROM quality_draws AS d
WHERE
    d.kind = 'month_end'
    AND d.section = CAST(:section AS text)
    AND CAST(d.explanation ->> 'drawn_on' AS date) >= CAST(:first_day AS date)
    AND CAST(d.explanation ->> 'drawn_on' AS date) < CAST(:draw_day AS date)
ORDER BY d.draw_code
