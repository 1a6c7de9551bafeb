-- INS-02: how much of what was planned was seen and entered, by month (or weather event) and community, and for all
-- communities asked for together (community_code blank).
--
-- Visited: somebody was at the door and the visit counts. Entered: somebody was inside. Coverage = visited ÷ not
-- cancelled, entry rate = entered ÷ not cancelled; blank where nothing was to be done, never 0 or 1.
--
-- Reads: inspections, inspection_visits, communities
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   periods (text[]): months, YYYY-MM, or event codes
--   plans (text[]): kinds of plan counted, such as monthly and basement
--   community_codes (text[]): communities; NULL: all
WITH counted AS (
    SELECT
        i.period,
        i.community_code,
        count(*) AS planned,
        count(*) FILTER (WHERE i.state IN ('done', 'not_entered')) AS visited,
        count(*) FILTER (WHERE i.state = 'done') AS entered,
        count(*) FILTER (WHERE i.state = 'missed') AS missed,
        count(*) FILTER (WHERE i.state = 'cancelled') AS cancelled,
        -- Only the few inspections with a finding are looked up: a case guards its subquery, a join would not.
        CAST(sum(
            CASE
                WHEN i.finding_case_code IS NOT NULL
                    THEN (
                        SELECT count(*)
                        FROM inspection_visits AS v
                        WHERE v.inspection_code = i.inspection_code AND v.case_code IS NOT NULL
                    )
                ELSE 0
            END
        ) AS bigint) AS findings
    FROM communities AS c
    INNER JOIN inspections AS i ON c.community_code = i.community_code
    WHERE
        i.period = any(CAST(:periods AS text[]))
        AND i.plan = any(CAST(:plans AS text[]))
        AND (
            CAST(:community_codes AS text[]) IS NULL
            OR c.community_code = any(CAST(:community_codes AS text[]))
        )
    GROUP BY GROUPING SETS ((i.period, i.community_code), (i.period))
)

SELECT
    k.period,
    k.community_code,
    k.planned,
    k.visited,
    k.entered,
    k.missed,
    k.cancelled,
    k.findings,
    CAST(k.visited AS numeric) / nullif(k.planned - k.cancelled, 0) AS coverage,
    CAST(k.entered AS numeric) / nullif(k.planned - k.cancelled, 0) AS entry_rate
FROM counted AS k
ORDER BY k.period ASC, k.community_code ASC NULLS FIRST
