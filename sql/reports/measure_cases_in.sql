-- Cases taken in: opened in the window, by kind, repairs by area; emergencies and classes of feedback (CASE-03) with them.
--
-- Reads: cases, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH opened AS (
    SELECT
        w.window_no,
        c.community_code,
        c.urgency,
        CASE
            WHEN c.kind <> 'repair' THEN c.kind
            ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
        END AS word,
        coalesce(c.feedback_class, 'unclassified') AS feedback_class
    FROM report_windows AS w
    INNER JOIN cases AS c
        ON
            w.starts <= c.opened_at AND w.ends > c.opened_at
            AND c.opened_at >= CAST(:first_start AS timestamptz)
            AND c.opened_at < CAST(:last_end AS timestamptz)
    INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
),

counted AS (
    SELECT
        o.window_no,
        o.community_code,
        o.word,
        o.feedback_class,
        count(*) AS cases,
        count(*) FILTER (WHERE o.urgency = 'emergency') AS emergencies,
        grouping(o.word) AS is_not_by_word,
        grouping(o.feedback_class) AS is_not_by_class
    FROM opened AS o
    GROUP BY GROUPING SETS (
        (o.window_no, o.community_code, o.word),
        (o.window_no, o.community_code, o.feedback_class),
        (o.window_no, o.community_code)
    )
)

SELECT
    c.window_no,
    c.community_code,
    CASE
        WHEN c.is_not_by_word = 0 THEN 'cases_in.' || c.word
        WHEN c.is_not_by_class = 0 THEN 'feedback.' || c.feedback_class
        ELSE 'cases_in.total'
    END AS figure,
    c.cases AS numerator
FROM counted AS c
UNION ALL
SELECT
    e.window_no,
    e.community_code,
    'emergencies' AS figure,
    e.emergencies AS numerator
FROM counted AS e
WHERE e.is_not_by_word = 1 AND e.is_not_by_class = 1
