-- INS-02: what the visits that count make of the inspection: done by the first that entered, else not entered (tried
-- again), else as it was before anybody went: missed if its time was found to be over, else planned. A result reported
-- late turns missed into done. A cancelled inspection stays cancelled; its findings' case is named all the same.
--
-- Reads: judged_results (temporary), inspection_visits
-- Writes: inspections, one row per touched inspection that changes
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
WITH visited AS (
    SELECT
        j.inspection_code,
        bool_or(j.verdict = 'counted' AND j.entered) AS is_done,
        bool_or(j.verdict = 'counted') AS is_visited,
        coalesce(
            min(j.inspected_at) FILTER (WHERE j.verdict = 'counted' AND j.entered),
            max(j.inspected_at) FILTER (WHERE j.verdict = 'counted')
        ) AS inspected_at
    FROM judged_results AS j
    GROUP BY j.inspection_code
),

findings AS (
    SELECT DISTINCT ON (v.inspection_code)
        v.inspection_code,
        v.case_code
    FROM inspection_visits AS v
    INNER JOIN visited AS t ON v.inspection_code = t.inspection_code
    WHERE v.case_code IS NOT NULL
    ORDER BY v.inspection_code ASC, length(v.case_code) ASC, v.case_code ASC
),

outcome AS (
    SELECT
        i.inspection_code,
        CASE
            WHEN i.state = 'cancelled' THEN i.state
            WHEN t.is_done THEN 'done'
            WHEN t.is_visited THEN 'not_entered'
            WHEN i.missed_at IS NOT NULL THEN 'missed'
            ELSE 'planned'
        END AS state,
        t.inspected_at,
        j.staff_code AS inspected_by,
        coalesce(i.finding_case_code, f.case_code) AS finding_case_code
    FROM visited AS t
    INNER JOIN inspections AS i ON t.inspection_code = i.inspection_code
    LEFT JOIN judged_results AS j ON t.inspection_code = j.inspection_code AND t.inspected_at = j.inspected_at
    LEFT JOIN findings AS f ON t.inspection_code = f.inspection_code
)

UPDATE inspections AS i
SET
    state = o.state,
    inspected_at = o.inspected_at,
    inspected_by = o.inspected_by,
    finding_case_code = o.finding_case_code,
    run_id = CAST(:run_id AS bigint)
FROM outcome AS o
WHERE
    i.inspection_code = o.inspection_code
    AND (
        i.state <> o.state
        OR i.inspected_at IS DISTINCT FROM o.inspected_at
        OR i.inspected_by IS DISTINCT FROM o.inspected_by
        OR i.finding_case_code IS DISTINCT FROM o.finding_case_code
    )
