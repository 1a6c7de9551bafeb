-- What a month says of each agent: shifts attended, and log-in of those that ended in it (QC-04), incoming calls answered,
-- the quality check's mean. Each adds up to the figure of the whole; the conditions are those of measure_people,
-- measure_calls and measure_quality.
--
-- Reads: roster, calls, cases, quality_draws, samples, quality_judgements, quality_draw_criteria, quality_appeal_verdicts,
--     staff, register_history, report_windows, report_communities (temporary)
-- Writes: report_parts (temporary), one row per window, community of the agent (blank: none), agent and figure
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_parts (window_no, community_code, kind, code, figure, numerator, denominator)
WITH shifts AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, '') AS community_code,
        r.staff_code,
        count(*) FILTER (WHERE m.is_begun AND r.attendance = 'present') AS present,
        nullif(count(*) FILTER (WHERE m.is_begun), 0) AS due,
        sum(least(r.logged_in_minutes, m.minutes)) FILTER (WHERE m.is_logged) AS logged_in,
        sum(m.minutes) FILTER (WHERE m.is_logged) AS minutes
    FROM report_windows AS w
    INNER JOIN roster AS r
        ON
            w.starts < r.ends_at AND w.ends > r.starts_at
            AND r.ends_at > CAST(:first_start AS timestamptz)
            AND r.starts_at < CAST(:last_end AS timestamptz)
    INNER JOIN staff_places AS s
        ON r.staff_code = s.staff_code AND r.starts_at >= s.from_at AND r.starts_at < s.until
    LEFT JOIN report_communities AS c ON s.community_code = c.community_code
    CROSS JOIN
        LATERAL (
            SELECT
                CAST(extract(EPOCH FROM r.ends_at - r.starts_at) AS numeric) / 60 AS minutes,
                r.starts_at >= w.starts AS is_begun,
                r.ends_at <= w.ends AND r.attendance = 'present' AND r.logged_in_minutes IS NOT NULL AS is_logged
        ) AS m
    WHERE
        r.attendance IN ('present', 'absent')
        AND r.starts_at >= coalesce(c.live_at, (SELECT min(l.live_at) FROM report_communities AS l))
        AND (s.community_code IS NULL OR c.community_code IS NOT NULL)
    GROUP BY w.window_no, coalesce(s.community_code, ''), r.staff_code
),

answered AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, k.community_code, '') AS community_code,
        c.staff_code,
        count(*) FILTER (WHERE c.answered) AS answered,
        count(*) AS calls
    FROM report_windows AS w
    INNER JOIN calls AS c
        ON
            w.starts <= c.started_at AND w.ends > c.started_at
            AND c.started_at >= CAST(:first_start AS timestamptz)
            AND c.started_at < CAST(:last_end AS timestamptz)
    INNER JOIN staff_places AS s
        ON c.staff_code = s.staff_code AND c.started_at >= s.from_at AND c.started_at < s.until
    LEFT JOIN cases AS k ON s.community_code IS NULL AND c.case_code = k.case_code
    LEFT JOIN report_communities AS r ON coalesce(s.community_code, k.community_code) = r.community_code
    WHERE
        c.direction = 'in'
        AND c.started_at >= coalesce(r.live_at, (SELECT min(l.live_at) FROM report_communities AS l))
        AND (coalesce(s.community_code, k.community_code) IS NULL OR r.community_code IS NOT NULL)
    GROUP BY w.window_no, coalesce(s.community_code, k.community_code, ''), c.staff_code
),

scored AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, '') AS community_code,
        s.staff_code,
        round(sum(s.score / s.probability), 12) AS points,
        round(sum(1 / s.probability), 12) AS weight
    FROM report_windows AS w
    CROSS JOIN LATERAL scored_samples(w.starts, w.ends) AS s
    LEFT JOIN report_communities AS r ON s.community_code = r.community_code
    WHERE s.community_code IS NULL OR r.community_code IS NOT NULL
    GROUP BY w.window_no, coalesce(s.community_code, ''), s.staff_code
),

found AS (
    SELECT
        s.window_no,
        s.community_code,
        s.staff_code,
        f.figure,
        f.numerator,
        f.denominator
    FROM shifts AS s
    CROSS JOIN
        LATERAL (
            VALUES
            ('attendance', CAST(s.present AS numeric), CAST(s.due AS numeric)),
            ('adherence', s.logged_in, s.minutes)
        ) AS f (figure, numerator, denominator)
    WHERE f.denominator IS NOT NULL
    UNION ALL
    SELECT
        a.window_no,
        a.community_code,
        a.staff_code,
        'calls_answered' AS figure,
        a.answered AS numerator,
        a.calls AS denominator
    FROM answered AS a
    UNION ALL
    SELECT
        q.window_no,
        q.community_code,
        q.staff_code,
        'quality_mean' AS figure,
        q.points AS numerator,
        q.weight AS denominator
    FROM scored AS q
)

SELECT
    f.window_no,
    f.community_code,
    'agent' AS kind,
    f.staff_code AS code,
    f.figure,
    f.numerator,
    f.denominator
FROM found AS f
