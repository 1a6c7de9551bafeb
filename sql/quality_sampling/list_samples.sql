-- What a reviewer has to score of a draw, first and second scores alike: nothing tells which is which.
--
-- Numbers are places among all of the reviewer's items of the draw, so that they stay when some are scored.
--
-- Reads: samples, quality_draws, quality_reviewers, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   reviewer (text): staff code of the reviewer
--   draw_code (text): draw
SELECT
    row_number() OVER (ORDER BY s.sample_code) AS number,
    s.sample_code,
    s.state,
    coalesce(s.second_reviewer = r.staff_code, FALSE) AS is_second,
    r.staff_code AS reviewer,
    r.staff_name AS reviewer_name,
    d.draw_code,
    d.period,
    d.drawn_at,
    d.due_on,
    coalesce(q.edition, 1) AS edition
FROM samples AS s
INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
INNER JOIN staff AS r ON r.staff_code = CAST(:reviewer AS text)
LEFT JOIN quality_reviewers AS q ON d.draw_code = q.draw_code AND r.staff_code = q.staff_code
WHERE
    s.draw_code = CAST(:draw_code AS text)
    AND (s.reviewer = r.staff_code OR s.second_reviewer = r.staff_code)
ORDER BY s.sample_code
