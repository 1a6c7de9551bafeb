-- QC-01: who may look at samples again after an appeal, best first: reviewers who scored none of it, whose work it is not and
-- who were not in the agent's team that day, nor are in it today. Those of the community before those of the company, of
-- another department before the agent's own, with fewer open appeals, with fewer samples waiting.
--
-- Reads: samples, staff, quality_appeal_verdicts, quality_judgements, staff_teams (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples appealed against
--   today (date): day of the run in Asia/Shanghai
WITH loads AS (
    SELECT
        k.staff_code,
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
    k.staff_code,
    l.appeals
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
CROSS JOIN loads AS l
INNER JOIN staff AS k ON l.staff_code = k.staff_code
WHERE
    s.sample_code = any(CAST(:sample_codes AS text[]))
    AND k.staff_code NOT IN (s.staff_code, coalesce(s.reviewer, ''), coalesce(s.second_reviewer, ''))
    AND k.staff_code IS DISTINCT FROM s.scored_by
    AND (k.community_code IS NULL OR k.community_code = s.community_code)
    AND NOT EXISTS (
        SELECT 1
        FROM quality_judgements AS j
        WHERE
            j.sample_code = s.sample_code AND j.reviewer = k.staff_code AND j.verdict IN ('counted', 'second')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM staff_teams AS t
        WHERE
            t.staff_code = k.staff_code
            AND t.team_code = s.team_code
            AND (
                CAST(:today AS date) BETWEEN t.first_day AND t.last_day
                OR CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
            )
    )
ORDER BY
    s.sample_code ASC,
    k.community_code IS NULL ASC,
    k.department IS NOT DISTINCT FROM a.department ASC,
    l.appeals ASC,
    l.waiting ASC,
    k.staff_code ASC
