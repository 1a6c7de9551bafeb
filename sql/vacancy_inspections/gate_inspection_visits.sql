-- The inspectors' results a run judged, with what the gate asks of them.
--
-- Reads: inspection_visits, inspection_results, inspections, staff, runs, vacancy_progress
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH judged AS (
    SELECT
        v.inspection_code,
        v.inspected_at,
        v.verdict,
        v.case_code,
        r.staff_code,
        r.entered,
        coalesce(trim(r.finding), '') <> ''
        OR r.valves_off IS FALSE
        OR r.installations_ok IS FALSE
        OR r.hygiene_ok IS FALSE
        OR r.structure_ok IS FALSE AS has_finding,
        CAST((v.inspected_at AT TIME ZONE 'Asia/Shanghai') AS date) AS visited_on
    FROM inspection_visits AS v
    INNER JOIN inspection_results AS r
        ON v.inspection_code = r.inspection_code AND v.inspected_at = r.inspected_at
    WHERE v.run_id = :run_id
)

SELECT
    j.inspection_code,
    j.inspected_at,
    j.verdict,
    CAST(extract(EPOCH FROM greatest(n.as_of, p.computed_to) - j.inspected_at) AS bigint) AS seconds_since_visit,
    j.verdict <> 'counted' OR (
        coalesce(s.hired_on <= j.visited_on, TRUE) AND coalesce(s.left_on >= j.visited_on, TRUE)
    ) AS is_by_employed,
    j.verdict <> 'counted' OR CASE
        WHEN j.entered THEN i.state = 'done'
        ELSE i.state IN ('done', 'not_entered')
    END AS is_reflected,
    NOT j.has_finding OR j.case_code IS NOT NULL AS has_case,
    coalesce(s.community_code, i.community_code) = i.community_code AS is_in_scope,
    CAST(extract(HOUR FROM j.inspected_at AT TIME ZONE 'Asia/Shanghai') AS integer) AS hour_of_day,
    count(*) OVER (PARTITION BY j.staff_code, j.visited_on) AS visits_that_day
FROM judged AS j
INNER JOIN inspections AS i ON j.inspection_code = i.inspection_code
INNER JOIN staff AS s ON j.staff_code = s.staff_code
INNER JOIN runs AS n ON n.run_id = :run_id
LEFT JOIN vacancy_progress AS p ON p.only_row
