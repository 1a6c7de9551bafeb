-- Of a month's items that were scored, how many by another department than the agent's, by team; who serves and who
-- supervises are two lines.
--
-- A department that the register leaves blank is not another one.
--
-- Reads: samples, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): its end, exclusive
SELECT
    coalesce(s.team_code, '') AS team_code,
    s.community_code,
    count(*) AS scored,
    count(*) FILTER (WHERE r.department <> a.department) AS by_another,
    count(*) FILTER (WHERE s.reason <> 'audit' AND s.is_nonconforming) AS nonconforming
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
INNER JOIN staff AS r ON s.scored_by = r.staff_code
WHERE
    s.score IS NOT NULL
    AND s.occurred_at >= CAST(:starts_at AS timestamptz)
    AND s.occurred_at < CAST(:ends_at AS timestamptz)
GROUP BY coalesce(s.team_code, ''), s.community_code
ORDER BY coalesce(s.team_code, ''), s.community_code
