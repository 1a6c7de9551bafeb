-- Samples whose score, first or second, is still to come, with those who are to give it; and samples nobody scores.
--
-- Reads: samples, quality_draws, staff, quality_judgements
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   today (date): day asked on, in Asia/Shanghai; second scores of closed samples may come until the day for scoring
WITH open_samples AS (
    SELECT s.sample_code
    FROM samples AS s
    WHERE
        s.state IN ('waiting', 'scored', 'appealed')
        AND (s.state = 'waiting' OR (s.second_reviewer IS NOT NULL AND s.second_score IS NULL))
    UNION ALL
    SELECT s.sample_code
    FROM quality_draws AS d
    INNER JOIN samples AS s ON d.draw_code = s.draw_code
    WHERE
        d.due_on >= CAST(:today AS date)
        AND s.state = 'final'
        AND s.second_reviewer IS NOT NULL
        AND s.second_score IS NULL
),

begun AS (
    SELECT DISTINCT
        q.sample_code,
        q.reviewer
    FROM quality_judgements AS q
    INNER JOIN open_samples AS o ON q.sample_code = o.sample_code
    WHERE q.verdict IN ('counted', 'second')
)

SELECT
    s.sample_code,
    s.draw_code,
    d.section,
    CAST(coalesce(d.explanation ->> 'drawn_on', CAST(CAST(d.frame_to AT TIME ZONE 'Asia/Shanghai' AS date) AS text)) AS date)
        AS drawn_on,
    d.due_on,
    s.reviewer,
    s.second_reviewer,
    s.staff_code,
    s.team_code,
    a.department,
    CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day,
    s.state = 'waiting' AS is_first_open,
    s.second_reviewer IS NOT NULL AND s.second_score IS NULL AS is_second_open,
    f.reviewer IS NOT NULL AS is_first_begun,
    c.reviewer IS NOT NULL AS is_second_begun
FROM samples AS s
INNER JOIN open_samples AS o ON s.sample_code = o.sample_code
INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
INNER JOIN staff AS a ON s.staff_code = a.staff_code
LEFT JOIN begun AS f ON s.sample_code = f.sample_code AND s.reviewer = f.reviewer
LEFT JOIN begun AS c ON s.sample_code = c.sample_code AND s.second_reviewer = c.reviewer
ORDER BY d.due_on, s.draw_code, hashtextextended(s.subject_code, d.double_seed), s.sample_code
