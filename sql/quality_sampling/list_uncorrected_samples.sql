-- QC-06: final samples with an error whose correction was not asked for yet. Who leads the agent's team of that day sees to
-- it: who leads it now, else who led it then.
--
-- Reads: samples, quality_cases, staff, cases, calls, checked_communities (temporary), staff_teams (temporary)
-- Writes: nothing
-- Rerun: no rows once the cases are opened
--
-- Params:
--   today (date): day of the run in Asia/Shanghai
WITH uncorrected AS MATERIALIZED (
    SELECT n.sample_code
    FROM samples AS n
    WHERE
        n.state = 'final'
        AND n.is_nonconforming
        AND NOT EXISTS (
            SELECT 1
            FROM quality_cases AS q
            WHERE q.sample_code = n.sample_code
        )
)

SELECT
    s.sample_code,
    s.staff_code,
    s.subject_kind,
    s.subject_code,
    s.occurred_at,
    s.score,
    s.is_critical,
    s.scored_by,
    s.audits_code,
    coalesce(
        s.community_code,
        a.community_code,
        (
            SELECT min(m.community_code)
            FROM checked_communities AS m
        )
    ) AS community_code,
    w.unit_code,
    l.staff_code AS leader,
    nullif(btrim(a.department), '') AS department
FROM uncorrected AS u
INNER JOIN samples AS s ON u.sample_code = s.sample_code
INNER JOIN staff AS a ON s.staff_code = a.staff_code
LEFT JOIN calls AS c ON s.subject_kind = 'call' AND s.subject_code = c.call_code
LEFT JOIN cases AS w
    ON
        coalesce(c.case_code, CASE WHEN s.subject_kind = 'case' THEN s.subject_code END) = w.case_code
        AND w.community_code = coalesce(s.community_code, a.community_code)
LEFT JOIN
    LATERAL (
        SELECT k.staff_code
        FROM staff AS k
        INNER JOIN staff_teams AS t ON k.staff_code = t.staff_code
        WHERE
            k.role = 'team_leader'
            AND t.team_code = s.team_code
            AND k.staff_code <> s.staff_code
            AND CAST(:today AS date)
            BETWEEN coalesce(k.hired_on, date '0001-01-01') AND coalesce(k.left_on, date '9999-12-31')
            AND (
                CAST(:today AS date) BETWEEN t.first_day AND t.last_day
                OR CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
            )
        ORDER BY CAST(:today AS date) BETWEEN t.first_day AND t.last_day DESC, k.staff_code ASC
        LIMIT 1
    ) AS l
    ON TRUE
ORDER BY s.sample_code
