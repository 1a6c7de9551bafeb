-- Weeks and months whose results may change, with the digest of what they were computed from last: weeks drawn of which
-- nothing was measured yet, something is open or was open when they were measured last, or that touch a month that is not
-- closed (a blind second score may follow until then); months whose acceptance plans are drawn and that are not closed.
--
-- Reads: quality_draws, quality_results, quality_agreements, samples, quality_progress
-- Writes: nothing
-- Rerun: the same rows, fewer once scores are final and months closed
--
-- Params: none
WITH open_draws AS (
    SELECT DISTINCT s.draw_code
    FROM samples AS s
    WHERE s.state IN ('waiting', 'scored', 'appealed') AND s.reason IN ('random', 'minimum', 'risk')
),

open_results AS (
    SELECT DISTINCT r.period
    FROM quality_results AS r
    WHERE NOT r.is_final
)

SELECT DISTINCT
    d.kind,
    d.period,
    CASE WHEN c.period IS NOT NULL THEN a.inputs_digest END AS inputs_digest
FROM quality_draws AS d
LEFT JOIN quality_progress AS p ON p.only_row
LEFT JOIN open_draws AS o ON d.draw_code = o.draw_code
LEFT JOIN open_results AS u ON d.period = u.period
LEFT JOIN quality_results AS c ON d.period = c.period AND c.scope_kind = 'company' AND c.scope_code = 'company'
LEFT JOIN quality_agreements AS a ON d.period = a.period
WHERE
    (d.kind = 'month_end' AND coalesce(d.period > p.month_closed, TRUE))
    OR (
        d.kind = 'weekly'
        AND (
            c.period IS NULL
            OR u.period IS NOT NULL
            OR o.draw_code IS NOT NULL
            OR p.month_closed IS NULL
            OR to_char((d.frame_to - interval '1 second') AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') > p.month_closed
        )
    )
ORDER BY d.kind DESC, d.period ASC
