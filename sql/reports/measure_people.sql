-- Attendance and log-in adherence of the shifts that began in the window (QC-04).
--
-- Leave and shifts without a record are left out of attendance; of adherence also attended ones without minutes. Nobody
-- adheres to more than the whole shift.
--
-- Reads: roster, staff, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community of the person and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH shifts AS (
    SELECT
        w.window_no,
        coalesce(c.community_code, '') AS community_code,
        r.attendance,
        r.logged_in_minutes,
        extract(EPOCH FROM r.ends_at - r.starts_at) / 60 AS shift_minutes
    FROM report_windows AS w
    INNER JOIN roster AS r ON w.starts <= r.starts_at AND w.ends > r.starts_at
    INNER JOIN staff AS s ON r.staff_code = s.staff_code
    LEFT JOIN report_communities AS c ON s.community_code = c.community_code
    WHERE r.attendance IN ('present', 'absent') AND (s.community_code IS NULL OR c.community_code IS NOT NULL)
)

SELECT
    s.window_no,
    s.community_code,
    'attendance' AS figure,
    count(*) FILTER (WHERE s.attendance = 'present') AS numerator,
    count(*) AS denominator
FROM shifts AS s
GROUP BY s.window_no, s.community_code
UNION ALL
SELECT
    s.window_no,
    s.community_code,
    'adherence' AS figure,
    sum(least(s.logged_in_minutes, s.shift_minutes)) AS numerator,
    sum(s.shift_minutes) AS denominator
FROM shifts AS s
WHERE s.attendance = 'present' AND s.logged_in_minutes IS NOT NULL
GROUP BY s.window_no, s.community_code
