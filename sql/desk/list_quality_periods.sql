-- Periods that have results, the latest first, and whether anything of them is scored yet.
-- Reads: quality_results, quality_draws
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
SELECT
    r.period AS period,
    bool_or(r.sampled > 0) AS is_scored
FROM quality_results AS r
WHERE r.scope_kind = 'company'
GROUP BY r.period
ORDER BY
    (
        SELECT max(d.frame_to)
        FROM quality_draws AS d
        WHERE d.period = r.period
    ) DESC NULLS LAST,
    r.period DESC
LIMIT CAST(:page_size AS integer)
