-- Weeks and months whose results are not final: weeks drawn of which nothing was measured yet, something is open or was
-- open when they were measured last, or a blind second score followed since; months whose acceptance plans are drawn and
-- that are not closed.
--
-- Reads: quality_draws, quality_results, quality_agreements, quality_judgements, samples, quality_progress
-- Writes: nothing
-- Rerun: the same rows, fewer once scores are final
--
-- Params: none
SELECT DISTINCT
    d.kind,
    d.period
FROM quality_draws AS d
LEFT JOIN quality_progress AS p ON p.only_row
WHERE
    (d.kind = 'month_end' AND coalesce(d.period > p.month_closed, TRUE))
    OR (
        d.kind = 'weekly'
        AND (
            NOT EXISTS (
                SELECT 1
                FROM quality_results AS r
                WHERE r.period = d.period
            )
            OR EXISTS (
                SELECT 1
                FROM quality_results AS r
                WHERE r.period = d.period AND NOT r.is_final
            )
            OR EXISTS (
                SELECT 1
                FROM samples AS s
                WHERE
                    s.draw_code = d.draw_code
                    AND s.state IN ('waiting', 'scored', 'appealed')
                    AND s.reason IN ('random', 'minimum', 'risk')
            )
            OR EXISTS (
                SELECT 1
                FROM samples AS s
                INNER JOIN quality_agreements AS a ON d.period = a.period
                INNER JOIN quality_judgements AS j
                    ON s.sample_code = j.sample_code AND s.second_reviewer = j.reviewer AND a.computed_at < j.judged_at
                WHERE s.draw_code = d.draw_code AND s.second_score IS NOT NULL AND j.verdict <> 'kept'
            )
        )
    )
ORDER BY d.kind DESC, d.period ASC
