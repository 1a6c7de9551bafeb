-- Callbacks whose window ended in the window, what became of them by its end, and the ratings customers gave in it (REP-05).
-- One that was given up after the window's end was still to be made at it.
--
-- Reads: callback_contacts, callback_attempts, callbacks, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community (blank: prospects) and figure
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
--   window_nos (int[]): numbers of the windows
--   dissatisfied_up_to (int[]): rating, inclusive, up to which a customer is dissatisfied in each, in the same order
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH due AS (
    SELECT
        w.window_no,
        coalesce(k.community_code, '') AS community_code,
        count(*) AS contacts,
        count(*) FILTER (WHERE k.state IN ('reached', 'satisfied') AND k.closed_at < w.ends) AS reached,
        count(*) FILTER (WHERE k.closed_at IS NULL OR k.closed_at > k.due_by) AS missed
    FROM report_windows AS w
    INNER JOIN callback_contacts AS k
        ON
            w.starts <= k.due_by AND w.ends > k.due_by
            AND k.due_by >= CAST(:first_start AS timestamptz)
            AND k.due_by < CAST(:last_end AS timestamptz)
    LEFT JOIN report_communities AS r ON k.community_code = r.community_code
    WHERE
        (k.state <> 'cancelled' OR k.closed_at >= w.ends)
        AND (k.community_code IS NULL OR r.community_code IS NOT NULL)
    GROUP BY w.window_no, coalesce(k.community_code, '')
),

bounds AS (
    SELECT
        g.window_no,
        g.dissatisfied_up_to
    FROM unnest(CAST(:window_nos AS integer[]), CAST(:dissatisfied_up_to AS integer[])) AS g (window_no, dissatisfied_up_to)
),

rated AS (
    SELECT
        w.window_no,
        coalesce(b.community_code, '') AS community_code,
        a.satisfaction,
        count(*) AS ratings
    FROM report_windows AS w
    INNER JOIN callback_attempts AS a
        ON
            w.starts <= a.attempted_at AND w.ends > a.attempted_at
            AND a.attempted_at >= CAST(:first_start AS timestamptz)
            AND a.attempted_at < CAST(:last_end AS timestamptz)
    INNER JOIN callbacks AS b ON a.callback_code = b.callback_code
    LEFT JOIN report_communities AS r ON b.community_code = r.community_code
    WHERE
        a.satisfaction IS NOT NULL
        AND a.verdict = 'counted'
        AND (b.community_code IS NULL OR r.community_code IS NOT NULL)
    GROUP BY w.window_no, coalesce(b.community_code, ''), a.satisfaction
)

SELECT
    d.window_no,
    d.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM due AS d
CROSS JOIN
    LATERAL (
        VALUES
        ('callbacks_due', CAST(d.contacts AS numeric), CAST(NULL AS numeric)),
        ('callbacks_reached', d.reached, d.contacts),
        ('callbacks_missed', d.missed, NULL)
    ) AS f (figure, numerator, denominator)
UNION ALL
SELECT
    r.window_no,
    r.community_code,
    'rated.' || r.satisfaction AS figure,
    r.ratings AS numerator,
    NULL AS denominator
FROM rated AS r
UNION ALL
SELECT
    r.window_no,
    r.community_code,
    'satisfied' AS figure,
    coalesce(sum(r.ratings) FILTER (WHERE r.satisfaction > b.dissatisfied_up_to), 0) AS numerator,
    sum(r.ratings) AS denominator
FROM rated AS r
INNER JOIN bounds AS b ON r.window_no = b.window_no
GROUP BY r.window_no, r.community_code
UNION ALL
SELECT
    r.window_no,
    r.community_code,
    'satisfaction' AS figure,
    sum(r.ratings * r.satisfaction) AS numerator,
    sum(r.ratings) AS denominator
FROM rated AS r
GROUP BY r.window_no, r.community_code
