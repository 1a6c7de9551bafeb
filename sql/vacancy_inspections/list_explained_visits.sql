-- The visits an inspection had: what was reported, whether it counts, and the case a finding opened.
--
-- Reads: inspection_results, inspection_visits, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   inspection_code (text): the inspection
--   as_of (timestamptz): later visits are invisible, inclusive
SELECT
    r.inspected_at,
    r.staff_code,
    s.staff_name,
    s.hired_on,
    s.left_on,
    r.entered,
    r.valves_off,
    r.installations_ok,
    r.hygiene_ok,
    r.structure_ok,
    r.water_reading,
    r.electricity_reading,
    r.finding,
    v.verdict,
    v.case_code
FROM inspection_results AS r
INNER JOIN staff AS s ON r.staff_code = s.staff_code
LEFT JOIN inspection_visits AS v ON r.inspection_code = v.inspection_code AND r.inspected_at = v.inspected_at
WHERE r.inspection_code = :inspection_code AND r.inspected_at <= :as_of
ORDER BY r.inspected_at
