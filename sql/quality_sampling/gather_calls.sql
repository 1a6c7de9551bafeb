-- QC-01: single calls of a week's frame with all the draw asks of them: whose they are, in which community and team,
-- what makes them risky, and whether they can be drawn.
--
-- Reads: cases, samples; looked_calls, frame_agents, staff_teams, risky_cases, frame_communities (temporary)
-- Writes: frame_items (temporary), one row per call
-- Rerun: the same rows a second time
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive: what ended earlier came in late
--   random_seed (bigint): seed of the random part
--   risk_seed (bigint): seed of the risk part
--   with_unanswered (boolean): calls that nobody took can be drawn too
--   drawn_kinds (text[]): kinds of item that have a policy
--   plain_agents (text[]): agents whose calls of the week were counted in groups
INSERT INTO frame_items (
    subject_kind, subject_code, staff_code, channel, community_code, team_code, occurred_at, outcome, flags, is_late,
    is_item, is_drawable, counted, random_hash, risk_hash
)
SELECT
    'call' AS subject_kind,
    f.call_code,
    f.staff_code,
    f.direction,
    f.community_code,
    t.team_code,
    f.ended_at,
    CASE WHEN f.answered THEN 'answered' ELSE 'unanswered' END AS outcome,
    concat_ws(
        '+',
        CASE WHEN 'complaint' = any(r.flags) THEN 'complaint' END,
        CASE WHEN 'dissatisfied' = any(r.flags) THEN 'dissatisfied' END,
        CASE WHEN 'reopened' = any(r.flags) THEN 'reopened' END,
        CASE WHEN f.is_new THEN 'new_agent' END
    ) AS flags,
    f.ended_at < CAST(:frame_from AS timestamptz) AS is_late,
    v.is_served,
    v.is_served
    AND (f.answered OR CAST(:with_unanswered AS boolean))
    AND 'call' = any(CAST(:drawn_kinds AS text[]))
    AND s.sample_code IS NULL AS is_drawable,
    CASE
        WHEN f.ended_at >= CAST(:frame_from AS timestamptz) AND f.staff_code = any(CAST(:plain_agents AS text[])) THEN 1
        ELSE 0
    END AS counted,
    hashtextextended(f.call_code, CAST(:random_seed AS bigint)) AS random_hash,
    hashtextextended(f.call_code, CAST(:risk_seed AS bigint)) AS risk_hash
FROM (
    SELECT
        c.call_code,
        c.staff_code,
        c.direction,
        c.ended_at,
        c.answered,
        c.case_code,
        a.is_new,
        coalesce(a.community_code, k.community_code) AS community_code,
        CAST(c.ended_at AT TIME ZONE 'Asia/Shanghai' AS date) AS ended_on
    FROM looked_calls AS c
    INNER JOIN frame_agents AS a ON c.staff_code = a.staff_code
    LEFT JOIN cases AS k ON c.case_code = k.case_code AND a.community_code IS NULL
) AS f
LEFT JOIN frame_communities AS m ON f.community_code = m.community_code
LEFT JOIN risky_cases AS r ON f.case_code = r.case_code
LEFT JOIN staff_teams AS t ON f.staff_code = t.staff_code AND f.ended_on BETWEEN t.first_day AND t.last_day
LEFT JOIN samples AS s ON s.subject_kind = 'call' AND f.call_code = s.subject_code
CROSS JOIN
    LATERAL (
        SELECT
            coalesce(
                f.ended_at >= CASE
                    WHEN f.community_code IS NOT NULL THEN m.live_at
                    ELSE (
                        SELECT min(e.live_at)
                        FROM frame_communities AS e
                    )
                END,
                FALSE
            ) AS is_served
    ) AS v
