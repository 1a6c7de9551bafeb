-- Risk classes of a draw: how many there were and how many were drawn.
-- Reads: quality_risk_classes
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): the draw
SELECT
    c.risk_class AS risk_class,
    c.weight AS weight,
    c.population AS population,
    c.risk_items AS risk_items
FROM quality_risk_classes AS c
WHERE c.draw_code = CAST(:draw_code AS text)
ORDER BY c.risk_class
