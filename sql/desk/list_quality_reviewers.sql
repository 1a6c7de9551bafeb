-- Who scores a draw: days at work, room, how many fell to them and how many they have scored.
-- Reads: quality_reviewers, staff, samples, quality_judgements
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): the draw
SELECT
    r.staff_code AS staff_code,
    s.staff_name AS staff_name,
    r.days AS days,
    r.capacity AS capacity,
    r.first_items + r.second_items AS items,
    r.edition AS edition,
    r.told_at AS told_at,
    (
        SELECT count(DISTINCT j.sample_code)
        FROM samples AS p
        INNER JOIN quality_judgements AS j ON p.sample_code = j.sample_code
        WHERE
            p.draw_code = r.draw_code
            AND j.reviewer = r.staff_code
            AND r.staff_code IN (p.reviewer, p.second_reviewer)
            AND j.verdict IN ('counted', 'second')
    ) AS scored
FROM quality_reviewers AS r
INNER JOIN staff AS s ON r.staff_code = s.staff_code
WHERE r.draw_code = CAST(:draw_code AS text)
ORDER BY r.staff_code
