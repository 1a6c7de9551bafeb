-- Items of a month that are scored, agent by agent in the order of the month's draw; what came in after it is none.
--
-- Reads: samples, quality_draws
-- Writes: nothing
-- Rerun: the same rows for the same scores
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): end of the month, exclusive
--   random_seed (bigint): seed of the month's keyed hash
SELECT
    s.staff_code,
    s.subject_kind,
    s.is_random OR s.reason = 'top_up' AS is_of_plan,
    s.is_nonconforming
FROM samples AS s
INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
WHERE
    s.reason IN ('random', 'minimum', 'risk', 'top_up')
    AND s.score IS NOT NULL
    AND s.is_nonconforming IS NOT NULL
    AND s.occurred_at >= CAST(:starts_at AS timestamptz)
    AND s.occurred_at < CAST(:ends_at AS timestamptz)
    AND d.frame_from < CAST(:ends_at AS timestamptz)
    AND d.frame_to > CAST(:starts_at AS timestamptz)
ORDER BY s.staff_code, hashtextextended(s.subject_code, CAST(:random_seed AS bigint)), s.subject_kind, s.subject_code
