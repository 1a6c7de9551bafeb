-- The inspectors' results a run judged, with what the gate asks of them. A visit counts on when its inspection is
-- cancelled later; what is amiss is asked of the boxes, since a text may only say that all is well.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: inspection_visits, inspection_results, inspections, staff, runs, vacancy_progress
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('vacancy_inspections', 'severe_weather_inspection')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('vacancy_inspections', 'severe_weather_inspection')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

judged AS (
    SELECT
        v.inspection_code,
        v.inspected_at,
        v.verdict,
        v.case_code,
        r.staff_code,
        r.entered,
        r.valves_off IS FALSE
        OR r.installations_ok IS FALSE
        OR r.hygiene_ok IS FALSE
        OR r.structure_ok IS FALSE AS is_amiss,
        CAST((v.inspected_at AT TIME ZONE 'Asia/Shanghai') AS date) AS visited_on
    FROM inspection_visits AS v
    INNER JOIN inspection_results AS r
        ON v.inspection_code = r.inspection_code AND v.inspected_at = r.inspected_at
    WHERE
        v.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
)

SELECT
    j.inspection_code,
    j.inspected_at,
    j.verdict,
    CAST(extract(EPOCH FROM greatest(n.as_of, p.computed_to) - j.inspected_at) AS bigint) AS seconds_since_visit,
    j.verdict <> 'counted' OR (
        coalesce(s.hired_on <= j.visited_on, TRUE) AND coalesce(s.left_on >= j.visited_on, TRUE)
    ) AS is_by_employed,
    j.verdict <> 'counted' OR i.state IN ('done', 'cancelled') OR (i.state = 'not_entered' AND NOT j.entered) AS is_reflected,
    NOT j.is_amiss OR j.case_code IS NOT NULL AS has_case,
    coalesce(s.community_code, i.community_code) = i.community_code AS is_in_scope,
    CAST(extract(HOUR FROM j.inspected_at AT TIME ZONE 'Asia/Shanghai') AS integer) AS hour_of_day,
    count(*) OVER (PARTITION BY j.staff_code, j.visited_on) AS visits_that_day
FROM judged AS j
INNER JOIN inspections AS i ON j.inspection_code = i.inspection_code
INNER JOIN staff AS s ON j.staff_code = s.staff_code
INNER JOIN runs AS n ON n.run_id = :run_id
LEFT JOIN vacancy_progress AS p ON p.only_row
