-- What an edition's figures are of each community, and of none: counted in its window and in the one before. Nothing
-- found is 0 where everything there is was looked through; else it is not known, nor is what was counted as blank. A share
-- or mean of nothing has neither of its parts. A community not served yet in a window has nothing in it.
--
-- Reads: report_windows, report_communities, report_grid, report_counts (temporary)
-- Writes: report_rows (temporary), one row per community served (blank: belongs to none) and figure
-- Rerun: after it was dropped
--
-- Params:
--   window_no (int): window of the edition
--   previous_no (int): window before it; NULL: not looked at
CREATE TEMPORARY TABLE report_rows ON COMMIT DROP AS
WITH windows AS (
    SELECT
        w.window_no = CAST(:window_no AS integer) AS is_own,
        w.window_no,
        w.ends
    FROM report_windows AS w
    WHERE w.window_no IN (CAST(:window_no AS integer), CAST(:previous_no AS integer))
),

places AS (
    SELECT
        r.community_code,
        r.live_at
    FROM report_communities AS r
    UNION ALL
    SELECT
        '' AS community_code,
        min(r.live_at) AS live_at
    FROM report_communities AS r
),

counted AS (
    SELECT
        p.community_code,
        g.figure,
        w.is_own,
        n.is_provisional,
        n.community_code IS NOT NULL AS is_found,
        g.is_complete AND (p.community_code = '') = g.is_of_company AS is_zero_if_missing,
        CASE
            WHEN n.community_code IS NULL AND g.is_complete AND (p.community_code = '') = g.is_of_company THEN 0
            WHEN NOT g.is_share OR n.denominator <> 0 OR n.numerator <> 0 THEN n.numerator
        END AS numerator,
        CASE WHEN g.is_share AND (n.denominator <> 0 OR n.numerator <> 0) THEN n.denominator END AS denominator
    FROM places AS p
    CROSS JOIN report_grid AS g
    INNER JOIN windows AS w ON p.live_at < w.ends
    LEFT JOIN report_counts AS n
        ON w.window_no = n.window_no AND p.community_code = n.community_code AND g.figure = n.figure
)

SELECT
    c.community_code,
    c.figure,
    sum(c.numerator) FILTER (WHERE c.is_own) AS numerator,
    sum(c.denominator) FILTER (WHERE c.is_own) AS denominator,
    sum(c.numerator) FILTER (WHERE NOT c.is_own) AS previous_numerator,
    sum(c.denominator) FILTER (WHERE NOT c.is_own) AS previous_denominator,
    coalesce(bool_or(c.is_provisional) FILTER (WHERE c.is_own), FALSE) AS is_provisional
FROM counted AS c
GROUP BY c.community_code, c.figure
HAVING c.community_code <> '' OR bool_or(c.is_found OR c.is_zero_if_missing)
