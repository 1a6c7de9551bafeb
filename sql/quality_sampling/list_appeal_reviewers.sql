-- QC-01: reviewers who scored nothing of some samples, asked or unasked, and could look at them again after an appeal, best
-- first: those of the community before those of the company, with fewer open appeals, with fewer samples waiting; and what
-- else decides whether they may.
--
-- Reads: samples, staff, quality_appeal_verdicts, quality_judgements
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples appealed against
--   today (date): day of the run in Asia/Shanghai
WITH people AS (
    SELECT
        k.staff_code,
        k.community_code,
        (
            SELECT count(*)
            FROM quality_appeal_verdicts AS v
            WHERE v.reviewer = k.staff_code AND v.verdict = 'accepted' AND v.outcome IS NULL
        ) AS appeals,
        (
            SELECT count(*)
            FROM samples AS w
            WHERE w.state = 'waiting' AND k.staff_code IN (w.reviewer, w.second_reviewer)
        ) AS waiting
    FROM staff AS k
    WHERE
        k.role = 'reviewer'
        AND CAST(:today AS date)
        BETWEEN coalesce(k.hired_on, date '0001-01-01') AND coalesce(k.left_on, date '9999-12-31')
)

SELECT
    s.sample_code,
    s.staff_code,
    s.team_code,
    a.department,
    CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day,
    p.staff_code AS reviewer
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
CROSS JOIN people AS p
WHERE
    s.sample_code = any(CAST(:sample_codes AS text[]))
    AND p.staff_code IS DISTINCT FROM s.reviewer
    AND p.staff_code IS DISTINCT FROM s.second_reviewer
    AND p.staff_code IS DISTINCT FROM s.scored_by
    AND (p.community_code IS NULL OR p.community_code = s.community_code)
    AND NOT EXISTS (
        SELECT 1
        FROM quality_judgements AS j
        WHERE j.sample_code = s.sample_code AND j.reviewer = p.staff_code
    )
ORDER BY s.sample_code, p.community_code IS NULL, p.appeals, p.waiting, p.staff_code
