-- Things kept for others at the end of the window, and devices found out of order in it (CUST-01, 02, 04).
-- A thing that was told over to administration before the end (a valuable, or at a month's end) is kept there, no longer
-- at the reception, and not counted.
--
-- Reads: found_property, custody_steps, key_loans, device_checks, staff, register_history, report_windows,
--     report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community (blank: none) and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator)
SELECT
    w.window_no,
    '' AS community_code,
    'unclaimed' AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN found_property AS p ON w.ends > p.found_at AND (p.claimed_at IS NULL OR w.ends <= p.claimed_at)
WHERE
    p.found_at >= (SELECT min(c.live_at) FROM report_communities AS c)
    AND NOT EXISTS (
        SELECT 1 AS one
        FROM custody_steps AS t
        WHERE
            t.subject = p.item_code
            AND t.step IN ('to_administration', 'handed_over', 'disposal')
            AND w.ends > t.told_at
    )
GROUP BY w.window_no
UNION ALL
SELECT
    w.window_no,
    coalesce(k.community_code, '') AS community_code,
    'keys_out' AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN key_loans AS k
    ON
        CAST(k.borrowed_at AT TIME ZONE 'Asia/Shanghai' AS date) < w.last_day
        AND (k.returned_at IS NULL OR w.ends <= k.returned_at)
LEFT JOIN report_communities AS r ON k.community_code = r.community_code
WHERE
    (k.community_code IS NULL OR r.community_code IS NOT NULL)
    AND k.borrowed_at >= coalesce(r.live_at, (SELECT min(c.live_at) FROM report_communities AS c))
GROUP BY w.window_no, coalesce(k.community_code, '')
UNION ALL
SELECT
    w.window_no,
    coalesce(s.community_code, '') AS community_code,
    'devices_abnormal' AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN device_checks AS d ON w.starts <= d.checked_at AND w.ends > d.checked_at
INNER JOIN staff_places AS s ON d.staff_code = s.staff_code AND d.checked_at >= s.from_at AND d.checked_at < s.until
LEFT JOIN report_communities AS r ON s.community_code = r.community_code
WHERE NOT d.normal AND (s.community_code IS NULL OR r.community_code IS NOT NULL)
GROUP BY w.window_no, coalesce(s.community_code, '')
