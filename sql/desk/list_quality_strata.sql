-- Strata of a draw: how many there were and how many were drawn.
-- Reads: quality_strata, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): the draw
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    t.stratum AS stratum,
    t.subject_kind AS subject_kind,
    t.staff_code AS staff_code,
    s.staff_name AS staff_name,
    t.channel AS channel,
    t.population AS population,
    t.random_items AS random_items,
    t.minimum_items AS minimum_items,
    t.last_hash AS last_hash
FROM quality_strata AS t
LEFT JOIN staff AS s ON t.staff_code = s.staff_code
WHERE t.draw_code = CAST(:draw_code AS text)
ORDER BY t.stratum
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
