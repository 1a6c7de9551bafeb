-- One draw, whole.
-- Reads: quality_draws
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): its code
SELECT
    d.draw_code AS draw_code,
    d.kind AS kind,
    d.period AS period,
    d.section AS section,
    d.frame_from AS frame_from,
    d.frame_to AS frame_to,
    d.seed_word AS seed_word,
    d.random_seed AS random_seed,
    d.risk_seed AS risk_seed,
    d.double_seed AS double_seed,
    d.frame_digest AS frame_digest,
    d.frame_items AS frame_items,
    d.population AS population,
    d.late_items AS late_items,
    d.capacity AS capacity,
    d.minimum_needed AS minimum_needed,
    d.random_items AS random_items,
    d.minimum_items AS minimum_items,
    d.risk_items AS risk_items,
    d.top_up_items AS top_up_items,
    d.audit_items AS audit_items,
    d.double_items AS double_items,
    d.dropped_items AS dropped_items,
    d.explanation AS explanation,
    d.drawn_at AS drawn_at,
    d.due_on AS due_on,
    d.told_at AS told_at
FROM quality_draws AS d
WHERE d.draw_code = CAST(:draw_code AS text)
