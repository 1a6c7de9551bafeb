-- The months whose acceptance plans are drawn and that are not closed, in order, and whether any of their samples is open:
-- not scored, not told, within the time for an appeal, or appealed. Corrections looked at again belong to no month.
--
-- Reads: quality_draws, samples, quality_progress
-- Writes: nothing
-- Rerun: the same rows, none of the months closed
--
-- Params: none
SELECT
    d.period,
    bool_or(
        EXISTS (
            SELECT 1
            FROM samples AS s
            INNER JOIN quality_draws AS w ON s.draw_code = w.draw_code
            WHERE
                s.state IN ('waiting', 'scored', 'appealed')
                AND s.reason <> 'audit'
                AND s.occurred_at >= d.frame_from
                AND s.occurred_at < d.frame_to
                AND w.frame_from < d.frame_to
        )
    ) AS is_open,
    bool_or(d.period < p.month_drawn) AS is_followed
FROM quality_draws AS d
LEFT JOIN quality_progress AS p ON p.only_row
WHERE d.kind = 'month_end' AND coalesce(d.period > p.month_closed, TRUE)
GROUP BY d.period
ORDER BY d.period
