-- Of which inspectors how many more inspections of a month are to be checked again: each community's share of what was
-- seen there, and at least a number in all, but no unit twice for the same inspector; less what was drawn before.
-- 10 % and at least 3: of 45 inspections 5, of 12 inspections 3, of 2 inspections 2; 40 at 10 % and 10 at 50 %: 9.
--
-- Reads: inspections, weather_events, planned_communities (temporary)
-- Writes: spot_check_needs (temporary), one row per inspector of whom something is missing
-- Rerun: after it was cleared; nobody, once all is drawn
--
-- Params:
--   day (date): day that is planned
--   checked_from (date): first day of the month checked
--   checked_period (text): the month checked, YYYY-MM
INSERT INTO spot_check_needs (inspected_by, needed)
WITH periods AS (
    SELECT CAST(:checked_period AS text) AS period
    UNION ALL
    SELECT e.event_code AS period
    FROM weather_events AS e
    WHERE
        e.deadline >= CAST(:checked_from AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND e.started_at < (CAST(:checked_from AS timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
),

seen AS (
    SELECT
        i.inspected_by,
        i.community_code,
        i.unit_code,
        count(*) AS visits
    FROM inspections AS i
    WHERE
        i.period IN (SELECT p.period FROM periods AS p)
        AND i.plan IN ('monthly', 'basement', 'rain', 'severe_weather')
        AND i.inspected_by IS NOT NULL
        AND i.inspected_at >= CAST(:checked_from AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND i.inspected_at < (CAST(:checked_from AS timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
    GROUP BY i.inspected_by, i.community_code, i.unit_code
),

quotas AS (
    SELECT
        s.inspected_by,
        count(*) AS units,
        greatest(max(c.spot_check_minimum), ceil(sum(s.visits * c.spot_check_pct) / 100)) AS quota
    FROM seen AS s
    INNER JOIN planned_communities AS c ON s.community_code = c.community_code
    WHERE c.plan_from <= CAST(:day AS date) AND date_trunc('month', c.live_from) <= CAST(:checked_from AS date)
    GROUP BY s.inspected_by
),

drawn AS (
    SELECT
        x.inspected_by,
        count(*) AS checks
    FROM inspections AS k
    INNER JOIN inspections AS x ON k.checks_code = x.inspection_code
    WHERE k.period = CAST(:checked_period AS text) AND k.plan = 'spot_check'
    GROUP BY x.inspected_by
)

SELECT
    q.inspected_by,
    least(q.quota, q.units) - coalesce(d.checks, 0) AS needed
FROM quotas AS q
LEFT JOIN drawn AS d ON q.inspected_by = d.inspected_by
WHERE least(q.quota, q.units) > coalesce(d.checks, 0)
