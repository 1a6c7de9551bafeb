-- Who scores a draw: days at work, room, how many fell to them and how many they have scored.
-- Reads: quality_reviewers, staff, samples, quality_judgements
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): the draw
WITH done AS (
    SELECT
        j.reviewer,
        count(DISTINCT j.sample_code) AS scored
    FROM samples AS p
    INNER JOIN quality_judgements AS j ON p.sample_code = j.sample_code AND j.reviewer IN (p.reviewer, p.second_reviewer)
    WHERE p.draw_code = CAST(:draw_code AS text) AND j.verdict IN ('counted', 'second')
    GROUP BY j.reviewer
)

SELECT
    r.staff_code AS staff_code,
    s.staff_name AS staff_name,
    r.days AS days,
    r.capacity AS capacity,
    r.first_items + r.second_items AS items,
    r.edition AS edition,
    r.told_at AS told_at,
    coalesce(d.scored, 0) AS scored
FROM quality_reviewers AS r
INNER JOIN staff AS s ON r.staff_code = s.staff_code
LEFT JOIN done AS d ON r.staff_code = d.reviewer
WHERE r.draw_code = CAST(:draw_code AS text)
ORDER BY r.staff_code
