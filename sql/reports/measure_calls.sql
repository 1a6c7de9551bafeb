-- Incoming calls that began in the window: how many, how many were answered, how long they waited.
--
-- Reads: calls, cases, staff, register_history, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure; a call's community is its agent's, of an
--     agent without one its case's, else none
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH counted AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, k.community_code) AS community_code,
        count(*) AS calls,
        count(*) FILTER (WHERE c.answered) AS answered,
        sum(c.queue_seconds) AS queued,
        count(c.queue_seconds) AS timed
    FROM report_windows AS w
    INNER JOIN calls AS c
        ON
            w.starts <= c.started_at AND w.ends > c.started_at
            AND c.started_at >= CAST(:first_start AS timestamptz)
            AND c.started_at < CAST(:last_end AS timestamptz)
    LEFT JOIN staff_places AS s ON c.staff_code = s.staff_code AND c.started_at >= s.from_at AND c.started_at < s.until
    LEFT JOIN cases AS k ON CASE WHEN s.community_code IS NULL THEN c.case_code END = k.case_code
    LEFT JOIN report_communities AS r ON coalesce(s.community_code, k.community_code) = r.community_code
    WHERE
        c.direction = 'in'
        AND c.started_at >= coalesce(r.live_at, (SELECT min(l.live_at) FROM report_communities AS l))
    GROUP BY w.window_no, coalesce(s.community_code, k.community_code)
)

SELECT
    c.window_no,
    coalesce(c.community_code, '') AS community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM counted AS c
LEFT JOIN report_communities AS r ON c.community_code = r.community_code
CROSS JOIN
    LATERAL (
        VALUES
        ('calls_in', CAST(c.calls AS numeric), CAST(NULL AS numeric)),
        ('calls_answered', c.answered, c.calls),
        ('queue_seconds', c.queued, c.timed)
    ) AS f (figure, numerator, denominator)
WHERE
    (c.community_code IS NULL OR r.community_code IS NOT NULL)
    -- Where no waiting time was told there is none to take a mean of.
    AND (f.figure <> 'queue_seconds' OR c.timed > 0)
