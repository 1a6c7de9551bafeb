-- QC-01: appeals that were not judged yet, in the order they were made, with what decides whether they are taken. Entitled
-- are the agent and who leads the team the agent was in that day, then or now.
--
-- Reads: quality_appeals, quality_appeal_verdicts, samples, staff, staff_teams (temporary)
-- Writes: nothing
-- Rerun: no rows once they are judged
--
-- Params:
--   at (timestamptz): appeals made later are invisible, inclusive
--   today (date): its day in Asia/Shanghai
SELECT
    p.sample_code,
    p.appealed_at,
    p.staff_code,
    s.staff_code AS agent,
    s.community_code,
    s.state,
    s.score,
    s.told_at,
    s.appeal_until,
    l.leaders,
    d.sample_code IS NOT NULL AS was_decided
FROM quality_appeals AS p
INNER JOIN samples AS s ON p.sample_code = s.sample_code AND s.draw_code IS NOT NULL
LEFT JOIN quality_appeal_verdicts AS d ON p.sample_code = d.sample_code AND d.verdict = 'accepted'
CROSS JOIN
    LATERAL (
        SELECT array_agg(DISTINCT k.staff_code) AS leaders
        FROM staff AS k
        INNER JOIN staff_teams AS t ON k.staff_code = t.staff_code
        WHERE
            k.role = 'team_leader'
            AND t.team_code = s.team_code
            AND (
                CAST(:today AS date) BETWEEN t.first_day AND t.last_day
                OR CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
            )
            AND coalesce(k.left_on, date '9999-12-31') >= CAST(:today AS date)
    ) AS l
WHERE
    p.appealed_at <= CAST(:at AS timestamptz)
    AND NOT EXISTS (
        SELECT 1
        FROM quality_appeal_verdicts AS v
        WHERE v.sample_code = p.sample_code AND v.appealed_at = p.appealed_at
    )
ORDER BY p.sample_code, p.appealed_at
