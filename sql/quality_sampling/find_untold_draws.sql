-- Draws that team leaders and heads were not told of.
--
-- Reads: quality_draws
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    d.draw_code,
    d.kind,
    d.period,
    d.section,
    d.frame_items,
    d.population,
    d.late_items,
    d.capacity,
    d.minimum_needed,
    d.random_items,
    d.minimum_items,
    d.risk_items,
    d.top_up_items,
    d.audit_items,
    d.double_items,
    d.dropped_items,
    d.due_on
FROM quality_draws AS d
WHERE d.told_at IS NULL
ORDER BY d.frame_from ASC, d.kind DESC, d.draw_code ASC
