-- How the quality check stands now: what is to be scored, under appeal, corrected, short of people, and was remarked.
-- Reads: samples, quality_draws, quality_appeal_verdicts, quality_cases, quality_roster_warnings, quality_remarks
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   day (date): today, in Asia/Shanghai
--   noted_since (timestamptz): remarks from then on, inclusive
WITH open_samples AS (
    SELECT
        s.state AS state,
        s.reviewer AS reviewer,
        d.due_on AS due_on
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE s.state IN ('waiting', 'scored', 'appealed')
)

SELECT
    count(*) FILTER (WHERE o.state = 'waiting') AS waiting,
    count(*) FILTER (WHERE o.state = 'waiting' AND o.due_on < CAST(:day AS date)) AS overdue,
    count(*) FILTER (WHERE o.state = 'waiting' AND o.reviewer IS NULL) AS unassigned,
    count(*) FILTER (WHERE o.state = 'appealed') AS appealed,
    (
        SELECT count(*)
        FROM quality_cases AS c
        WHERE c.audit_code IS NULL
    ) AS corrections,
    (
        SELECT count(*)
        FROM quality_roster_warnings AS w
        WHERE w.resolved_at IS NULL AND w.day >= CAST(:day AS date)
    ) AS short_days,
    (
        SELECT count(*)
        FROM quality_remarks AS m
        WHERE m.noted_at >= CAST(:noted_since AS timestamptz)
    ) AS remarks
FROM open_samples AS o
