-- QC-01: single closed cases of a week's frame with all the draw asks of them: whose they are, in which community and
-- team, what makes them risky, and whether they can be drawn. A case counts with its last closing, unless it was reopened
-- after that; corrections that the quality check asked for are looked at again in another way.
--
-- Reads: cases, case_events, samples, quality_cases, callback_cases; looked_cases, frame_agents, staff_teams, risky_cases,
--   frame_communities (temporary)
-- Writes: frame_items (temporary), one row per case
-- Rerun: the same rows a second time
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive: what was closed earlier came in late
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
--   random_seed (bigint): seed of the random part
--   risk_seed (bigint): seed of the risk part
--   drawn_kinds (text[]): kinds of item that have a policy
--   plain_agents (text[]): agents whose cases of the week were counted in groups
--   plain_communities (text[]): communities whose cases of the week were counted in groups
INSERT INTO frame_items (
    subject_kind, subject_code, staff_code, channel, community_code, team_code, occurred_at, outcome, flags, is_late,
    is_item, is_drawable, counted, random_hash, risk_hash
)
SELECT
    'case' AS subject_kind,
    f.case_code,
    f.staff_code,
    f.channel,
    f.community_code,
    t.team_code,
    f.closed_at,
    f.kind AS outcome,
    concat_ws(
        '+',
        CASE WHEN f.kind = 'complaint' THEN 'complaint' END,
        CASE WHEN 'dissatisfied' = any(r.flags) THEN 'dissatisfied' END,
        CASE WHEN 'reopened' = any(r.flags) THEN 'reopened' END,
        CASE WHEN a.is_new THEN 'new_agent' END
    ) AS flags,
    f.closed_at < CAST(:frame_from AS timestamptz) AS is_late,
    v.is_item,
    v.is_item
    AND f.staff_code IS NOT NULL
    AND 'case' = any(CAST(:drawn_kinds AS text[]))
    AND s.sample_code IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM callback_cases AS b
        WHERE b.case_code = f.case_code AND b.purpose = 'register_correction'
    ) AS is_drawable,
    CASE
        WHEN
            f.handler = any(CAST(:plain_agents AS text[]))
            AND f.community_code = any(CAST(:plain_communities AS text[]))
            AND f.is_of_week
            THEN 1
        ELSE 0
    END AS counted,
    hashtextextended(f.case_code, CAST(:random_seed AS bigint)) AS random_hash,
    hashtextextended(f.case_code, CAST(:risk_seed AS bigint)) AS risk_hash
FROM (
    SELECT
        k.case_code,
        k.handler,
        k.channel,
        k.community_code,
        k.kind,
        o.is_late,
        e.event_at AS closed_at,
        CAST(e.event_at AT TIME ZONE 'Asia/Shanghai' AS date) AS closed_on,
        coalesce(k.handler, (
            SELECT g.staff_code
            FROM case_events AS g
            WHERE
                g.case_code = k.case_code
                AND g.event = 'assigned'
                AND g.staff_code IS NOT NULL
                AND g.event_at <= e.event_at
            ORDER BY g.event_at DESC
            LIMIT 1
        ), e.staff_code) AS staff_code,
        exists(
            SELECT 1
            FROM case_events AS w
            WHERE
                w.case_code = k.case_code
                AND w.event = any(CAST(:closing_events AS text[]))
                AND w.event_at >= CAST(:frame_from AS timestamptz)
                AND w.event_at < CAST(:frame_to AS timestamptz)
        ) AS is_of_week
    FROM looked_cases AS o
    INNER JOIN cases AS k ON o.case_code = k.case_code
    CROSS JOIN LATERAL (
        SELECT
            n.event_at,
            n.staff_code
        FROM case_events AS n
        WHERE
            n.case_code = o.case_code
            AND n.event = any(CAST(:closing_events AS text[]))
            AND n.event_at < CAST(:frame_to AS timestamptz)
        ORDER BY n.event_at DESC, n.event ASC
        LIMIT 1
    ) AS e
) AS f
LEFT JOIN frame_communities AS m ON f.community_code = m.community_code
LEFT JOIN risky_cases AS r ON f.case_code = r.case_code
LEFT JOIN frame_agents AS a ON f.staff_code = a.staff_code
LEFT JOIN staff_teams AS t ON f.staff_code = t.staff_code AND f.closed_on BETWEEN t.first_day AND t.last_day
LEFT JOIN samples AS s ON s.subject_kind = 'case' AND f.case_code = s.subject_code
CROSS JOIN
    LATERAL (
        SELECT
            coalesce(f.closed_at >= m.live_at, FALSE)
            AND (f.is_late OR f.closed_at >= CAST(:frame_from AS timestamptz))
            AND NOT EXISTS (
                SELECT 1
                FROM case_events AS g
                WHERE
                    g.case_code = f.case_code
                    AND g.event = 'reopened'
                    AND g.event_at > f.closed_at
                    AND g.event_at < CAST(:frame_to AS timestamptz)
            )
            AND NOT EXISTS (
                SELECT 1
                FROM quality_cases AS q
                WHERE q.case_code = f.case_code
            ) AS is_item
    ) AS v
