-- The acceptance plans of an agent, month by month, the latest first.
-- Reads: quality_lots
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   staff_code (text): the agent
--   page_size (integer): rows at most
SELECT
    l.period AS period,
    l.lot_size AS lot_size,
    l.aql AS aql,
    l.inspection_level AS inspection_level,
    l.inspection AS inspection,
    l.code_letter AS code_letter,
    l.sample_size AS sample_size,
    l.acceptance_number AS acceptance_number,
    l.random_items AS random_items,
    l.top_up_items AS top_up_items,
    l.missing_items AS missing_items,
    l.scored AS scored,
    l.nonconforming AS nonconforming,
    l.verdict AS verdict,
    l.switching_score AS switching_score,
    l.next_inspection AS next_inspection,
    l.switched_because AS switched_because,
    l.is_final AS is_final
FROM quality_lots AS l
WHERE l.staff_code = CAST(:staff_code AS text)
ORDER BY l.period DESC
LIMIT CAST(:page_size AS integer)
