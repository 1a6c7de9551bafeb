-- The month's inspections of the units that have found their place.
-- The code ends in community and unit; a dash of the community is written ~ (a ~ as =~, a = as ==), so that the first
-- dash after it separates the two whatever they are called.
--
-- Reads: inspection_placements, planned_communities (temporary)
-- Writes: inspections, one row per unit and month
-- Rerun: once per placement; the key refuses a second one
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day that is planned
--   period (text): its month, YYYY-MM
INSERT INTO inspections (
    inspection_code, plan, period, community_code, unit_code, staff_code, due_on, state, occasion, building_code,
    planned_on, checklist, run_id
)
WITH lists AS MATERIALIZED (
    SELECT
        c.community_code,
        to_char(CAST(:day AS date), 'YYMM') || '-'
        || replace(replace(replace(c.community_code, '=', '=='), '~', '=~'), '-', '~') || '-' AS stem,
        concat_ws(
            ',',
            'doors,valves,meters,installations,hygiene,structure',
            CASE WHEN extract(MONTH FROM CAST(:day AS date)) = any(c.rain_months) THEN 'rain' END,
            CASE WHEN extract(MONTH FROM CAST(:day AS date)) = any(c.ventilation_months) THEN 'ventilation' END
        ) AS checklist
    FROM planned_communities AS c
)

SELECT
    CASE p.plan WHEN 'monthly' THEN 'M' ELSE 'B' END || l.stem || p.unit_code AS inspection_code,
    p.plan,
    CAST(:period AS text) AS period,
    p.community_code,
    p.unit_code,
    p.staff_code,
    p.due_on,
    'planned' AS state,
    '' AS occasion,
    p.building_code,
    CAST(:day AS date) AS planned_on,
    l.checklist,
    :run_id AS run_id
FROM inspection_placements AS p
INNER JOIN lists AS l ON p.community_code = l.community_code
WHERE p.revived_code IS NULL AND p.waiting_code IS NULL
