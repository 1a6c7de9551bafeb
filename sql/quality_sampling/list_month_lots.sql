-- The lots of a month: plan, what was found, verdict and the inspection that follows.
--
-- Reads: quality_lots, quality_rankings, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   period (text): month, YYYY-MM
SELECT
    l.staff_code,
    coalesce(k.team_code, s.team_code) AS team_code,
    s.community_code,
    l.lot_size,
    l.aql,
    l.inspection_level,
    l.inspection,
    l.code_letter,
    l.sample_size,
    l.acceptance_number,
    l.missing_items,
    l.scored,
    l.nonconforming,
    l.verdict,
    l.next_inspection,
    l.switched_because
FROM quality_lots AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
LEFT JOIN quality_rankings AS k ON l.period = k.period AND l.staff_code = k.staff_code
WHERE l.period = CAST(:period AS text)
ORDER BY l.staff_code
