-- A sample with its draw, stratum, risk class and people, for its explanation: its hashes, and its place among the items
-- drawn of its stratum and its class, in the order of the lots.
--
-- Reads: samples, quality_draws, quality_strata, quality_risk_classes, staff, runs
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   sample_code (text): the sample
SELECT
    s.sample_code,
    s.period,
    s.stratum,
    s.subject_kind,
    s.subject_code,
    s.staff_code,
    a.staff_name,
    a.department,
    s.team_code,
    s.community_code,
    s.channel,
    s.outcome,
    s.occurred_at,
    s.reviewer,
    f.staff_name AS reviewer_name,
    s.second_reviewer,
    x.staff_name AS second_name,
    s.unassigned_reason,
    s.reason,
    s.probability,
    s.random_probability,
    s.risk_probability,
    s.is_random,
    s.is_risk,
    s.risk_class,
    s.is_late,
    s.audits_code,
    s.state,
    s.score,
    s.is_critical,
    s.is_nonconforming,
    s.scored_by,
    s.scored_at,
    s.second_score,
    s.told_at,
    s.appeal_until,
    s.final_at,
    d.draw_code,
    d.kind AS draw_kind,
    d.frame_from,
    d.frame_to,
    d.seed_word,
    d.random_seed,
    d.risk_seed,
    d.frame_digest,
    d.frame_items,
    d.population AS draw_population,
    d.late_items,
    d.capacity,
    d.minimum_needed,
    d.random_items AS draw_random,
    d.minimum_items AS draw_minimum,
    d.risk_items AS draw_risk,
    d.top_up_items AS draw_top_up,
    d.audit_items AS draw_audit,
    d.double_items,
    d.dropped_items,
    d.explanation AS draw_explanation,
    d.drawn_at,
    d.due_on,
    t.channel AS stratum_channel,
    t.population AS stratum_population,
    t.random_items AS stratum_random,
    t.minimum_items AS stratum_minimum,
    t.last_hash AS stratum_last,
    k.weight AS class_weight,
    k.population AS class_population,
    k.risk_items AS class_items,
    k.last_hash AS class_last,
    hashtextextended(s.subject_code, d.random_seed) AS random_hash,
    hashtextextended(s.subject_code, d.risk_seed) AS risk_hash,
    (
        SELECT count(*)
        FROM samples AS o
        WHERE
            o.draw_code = s.draw_code
            AND o.stratum = s.stratum
            AND o.is_random
            AND (hashtextextended(o.subject_code, d.random_seed), o.subject_code)
            <= (hashtextextended(s.subject_code, d.random_seed), s.subject_code)
    ) AS random_place,
    (
        SELECT count(*)
        FROM samples AS o
        WHERE
            o.draw_code = s.draw_code
            AND o.risk_class = s.risk_class
            AND o.is_risk
            AND (hashtextextended(o.subject_code, d.risk_seed), o.subject_code)
            <= (hashtextextended(s.subject_code, d.risk_seed), s.subject_code)
    ) AS risk_place,
    r.run_code
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
LEFT JOIN quality_draws AS d ON s.draw_code = d.draw_code
LEFT JOIN quality_strata AS t ON s.draw_code = t.draw_code AND s.stratum = t.stratum
LEFT JOIN quality_risk_classes AS k ON s.draw_code = k.draw_code AND s.risk_class = k.risk_class
LEFT JOIN staff AS f ON s.reviewer = f.staff_code
LEFT JOIN staff AS x ON s.second_reviewer = x.staff_code
LEFT JOIN runs AS r ON d.run_id = r.run_id
WHERE s.sample_code = CAST(:sample_code AS text)
