-- INS-06: who made the inspections that spot checks look at again, and when.
--
-- Reads: inspections, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   inspection_codes (text[]): spot checks
SELECT
    i.inspection_code,
    x.inspected_at,
    x.inspected_by AS staff_code,
    s.staff_name
FROM inspections AS i
INNER JOIN inspections AS x ON i.checks_code = x.inspection_code
LEFT JOIN staff AS s ON x.inspected_by = s.staff_code
WHERE i.inspection_code = any(CAST(:inspection_codes AS text[]))
