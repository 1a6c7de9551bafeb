-- One sample, with what decides who may see it.
-- Reads: samples, staff, quality_draws
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   sample_code (text): its code
SELECT
    s.sample_code AS sample_code,
    s.draw_code AS draw_code,
    s.period AS period,
    s.subject_kind AS subject_kind,
    s.subject_code AS subject_code,
    s.staff_code AS staff_code,
    a.staff_name AS staff_name,
    s.team_code AS team_code,
    s.community_code AS community_code,
    s.occurred_at AS occurred_at,
    s.reason AS reason,
    s.probability AS probability,
    s.reviewer AS reviewer,
    s.second_reviewer AS second_reviewer,
    s.state AS state,
    s.score AS score,
    s.second_score AS second_score,
    s.scored_by AS scored_by,
    s.is_critical AS is_critical,
    s.is_nonconforming AS is_nonconforming,
    s.told_at AS told_at,
    s.appeal_until AS appeal_until,
    d.due_on AS due_on
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
LEFT JOIN quality_draws AS d ON s.draw_code = d.draw_code
WHERE s.sample_code = CAST(:sample_code AS text)
