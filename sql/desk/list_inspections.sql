-- Inspections of a month or weather event, or those still to be made, with who they are planned for.
-- Reads: inspections, communities, buildings, staff
-- Writes: nothing (one row per inspection)
-- Rerun: reads only
-- Params:
--   view (text): open (planned, or not entered and to be tried again), not_entered, missed, done, cancelled or all
--   today (date): day of the page, in Asia/Shanghai; what was not entered is over when its month, its deadline's day,
--       or for a fit-out visit the third day after it, lies before
--   period (text): month, YYYY-MM, or event code; null: any
--   plan (text): only this plan; null: all
--   community_code (text): only this community; null: all
--   staff_code (text): only this person's; null: everybody's
--   unit_code (text): only this unit; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
WITH judged AS (
    SELECT
        i.inspection_code AS inspection_code,
        i.plan AS plan,
        i.period AS period,
        i.community_code AS community_code,
        i.building_code AS building_code,
        i.unit_code AS unit_code,
        i.staff_code AS staff_code,
        i.due_on AS due_on,
        i.state AS state,
        i.deadline AS deadline,
        i.inspected_at AS inspected_at,
        i.inspected_by AS inspected_by,
        i.finding_case_code AS finding_case_code,
        i.cancelled_reason AS cancelled_reason,
        i.state = 'planned' OR (
            i.state = 'not_entered'
            AND CASE
                WHEN i.plan IN ('rain', 'severe_weather')
                    THEN CAST(i.deadline AT TIME ZONE 'Asia/Shanghai' AS date) >= CAST(:today AS date)
                WHEN i.plan = 'fit_out' THEN i.due_on + 3 >= CAST(:today AS date)
                ELSE i.due_on >= CAST(date_trunc('month', CAST(:today AS timestamp)) AS date)
            END
        ) AS is_open
    FROM inspections AS i
    WHERE
        i.state = any(
            CASE CAST(:view AS text)
                WHEN 'open' THEN CAST('{planned,not_entered}' AS text[])
                WHEN 'all' THEN CAST('{planned,done,not_entered,missed,cancelled}' AS text[])
                ELSE ARRAY[CAST(:view AS text)]
            END
        )
        AND (CAST(:period AS text) IS NULL OR i.period = :period)
        AND (CAST(:plan AS text) IS NULL OR i.plan = :plan)
        AND (CAST(:community_code AS text) IS NULL OR i.community_code = :community_code)
        AND (CAST(:staff_code AS text) IS NULL OR coalesce(i.inspected_by, i.staff_code) = :staff_code)
        AND (CAST(:unit_code AS text) IS NULL OR i.unit_code = :unit_code)
),

shown AS (
    SELECT
        j.inspection_code AS inspection_code,
        j.plan AS plan,
        j.period AS period,
        j.community_code AS community_code,
        j.building_code AS building_code,
        j.unit_code AS unit_code,
        j.staff_code AS staff_code,
        j.due_on AS due_on,
        j.state AS state,
        j.deadline AS deadline,
        j.inspected_at AS inspected_at,
        j.inspected_by AS inspected_by,
        j.finding_case_code AS finding_case_code,
        j.cancelled_reason AS cancelled_reason,
        j.is_open AS is_open
    FROM judged AS j
    WHERE CAST(:view AS text) <> 'open' OR j.is_open
    ORDER BY j.due_on ASC, j.community_code ASC, j.building_code ASC, j.unit_code ASC, j.inspection_code ASC
    LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
)

SELECT
    w.inspection_code AS inspection_code,
    w.plan AS plan,
    w.period AS period,
    w.community_code AS community_code,
    c.community_name AS community_name,
    coalesce(b.building_name, w.building_code) AS building_name,
    w.unit_code AS unit_code,
    w.staff_code AS staff_code,
    s.staff_name AS staff_name,
    w.due_on AS due_on,
    w.state AS state,
    w.deadline AS deadline,
    w.inspected_at AS inspected_at,
    v.staff_name AS inspected_by_name,
    w.finding_case_code AS finding_case_code,
    w.cancelled_reason AS cancelled_reason,
    w.is_open AS is_open
FROM shown AS w
INNER JOIN communities AS c ON w.community_code = c.community_code
LEFT JOIN buildings AS b ON w.community_code = b.community_code AND w.building_code = b.building_code
LEFT JOIN staff AS s ON w.staff_code = s.staff_code
LEFT JOIN staff AS v ON w.inspected_by = v.staff_code
ORDER BY w.due_on ASC, w.community_code ASC, w.building_code ASC, w.unit_code ASC, w.inspection_code ASC
