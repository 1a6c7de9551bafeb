-- Reviewers whose list of a draw is new or has changed since they were told of it.
--
-- Reads: quality_reviewers, quality_draws
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    r.staff_code,
    r.draw_code,
    r.edition,
    r.days,
    r.capacity,
    d.kind,
    d.period,
    d.section,
    d.due_on
FROM quality_reviewers AS r
INNER JOIN quality_draws AS d ON r.draw_code = d.draw_code
WHERE r.told_at IS NULL
ORDER BY r.staff_code, r.draw_code
