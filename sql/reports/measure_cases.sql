-- Cases taken in, finished, reopened after they had been finished, and open at the end of the window, by kind, repairs by
-- area; of those taken in the emergencies and the classes of feedback (CASE-03).
--
-- What was open before plus what came in and came back is what was finished plus what is open after: a case is in one round
-- at a time, and finished in it at most once.
--
-- Reads: report_rounds, report_windows (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH moved AS (
    SELECT
        w.window_no,
        r.community_code,
        r.word,
        r.feedback_class,
        r.is_emergency,
        r.is_first AND r.opened_at >= w.starts AND r.opened_at < w.ends AS is_in,
        r.finished_at >= w.starts AND r.finished_at < w.ends AND (r.until IS NULL OR r.until >= w.ends) AS is_out,
        r.finished_at < w.starts AND r.until >= w.starts AND r.until < w.ends AS is_reopened,
        r.begins_at < w.ends
        AND (r.until IS NULL OR r.until >= w.ends)
        AND (r.finished_at IS NULL OR r.finished_at >= w.ends) AS is_open
    FROM report_windows AS w
    CROSS JOIN report_rounds AS r
    WHERE r.begins_at < w.ends AND (r.finished_at IS NULL OR r.finished_at >= w.starts OR r.until >= w.starts)
),

counted AS (
    SELECT
        m.window_no,
        m.community_code,
        m.word,
        m.feedback_class,
        count(*) FILTER (WHERE m.is_in) AS taken_in,
        count(*) FILTER (WHERE m.is_in AND m.is_emergency) AS emergencies,
        count(*) FILTER (WHERE m.is_out) AS finished,
        count(*) FILTER (WHERE m.is_reopened) AS reopened,
        count(*) FILTER (WHERE m.is_open) AS standing
    FROM moved AS m
    GROUP BY m.window_no, m.community_code, m.word, m.feedback_class
),

summed AS (
    SELECT
        c.window_no,
        c.community_code,
        CASE WHEN grouping(c.feedback_class) = 1 THEN coalesce(c.word, 'total') END AS word,
        CASE WHEN grouping(c.feedback_class) = 0 THEN c.feedback_class END AS feedback_class,
        sum(c.taken_in) AS taken_in,
        sum(c.emergencies) AS emergencies,
        sum(c.finished) AS finished,
        sum(c.reopened) AS reopened,
        sum(c.standing) AS standing
    FROM counted AS c
    GROUP BY GROUPING SETS (
        (c.window_no, c.community_code, c.word),
        (c.window_no, c.community_code, c.feedback_class),
        (c.window_no, c.community_code)
    )
)

SELECT
    s.window_no,
    s.community_code,
    f.figure,
    f.numerator
FROM summed AS s
CROSS JOIN
    LATERAL (
        VALUES
        ('cases_in.' || s.word, s.taken_in, s.taken_in > 0),
        ('feedback.' || s.feedback_class, s.taken_in, s.taken_in > 0),
        ('emergencies', s.emergencies, s.word = 'total' AND s.taken_in > 0),
        ('cases_out.' || s.word, s.finished, s.finished + s.reopened > 0),
        ('cases_reopened.' || s.word, s.reopened, s.finished + s.reopened > 0),
        ('cases_open.' || s.word, s.standing, s.standing > 0)
    ) AS f (figure, numerator, is_counted)
WHERE f.figure IS NOT NULL AND f.is_counted
