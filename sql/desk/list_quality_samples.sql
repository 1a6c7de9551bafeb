-- Samples that may be shown to who looks, the latest first: as agent once told, as reviewer, as leader or head.
-- Reads: samples, staff, quality_draws
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   draw_code (text): only of this draw; null: of all
--   staff_code (text): only of this agent; null: of all
--   reviewer (text): only of this reviewer, first or second; null: of all. Neither agents nor reviewers can find out by
--     it who else scores
--   state (text): only in this state; overdue: to be scored, and its day is past; unassigned: to be scored, and nobody
--     does; null: in any
--   day (date): today, in Asia/Shanghai
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
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
    s.is_risk AS is_risk,
    s.reviewer AS reviewer,
    r.staff_name AS reviewer_name,
    s.second_reviewer AS second_reviewer,
    s.unassigned_reason AS unassigned_reason,
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
LEFT JOIN staff AS r ON s.reviewer = r.staff_code
LEFT JOIN quality_draws AS d ON s.draw_code = d.draw_code
WHERE
    (CAST(:draw_code AS text) IS NULL OR s.draw_code = :draw_code)
    AND (CAST(:staff_code AS text) IS NULL OR s.staff_code = :staff_code)
    AND (
        CAST(:reviewer AS text) IS NULL
        OR (
            :reviewer IN (s.reviewer, s.second_reviewer)
            AND (:reviewer = :viewer OR :viewer NOT IN (s.staff_code, s.reviewer, coalesce(s.second_reviewer, '')))
        )
    )
    AND (
        CAST(:state AS text) IS NULL
        OR s.state = :state
        OR (:state = 'overdue' AND s.state = 'waiting' AND d.due_on < CAST(:day AS date))
        OR (:state = 'unassigned' AND s.state = 'waiting' AND s.reviewer IS NULL)
    )
    AND (
        s.reviewer = CAST(:viewer AS text)
        OR s.second_reviewer = CAST(:viewer AS text)
        OR (s.staff_code = CAST(:viewer AS text) AND s.told_at IS NOT NULL)
        OR (s.staff_code <> CAST(:viewer AS text) AND (
            CAST(:sees_all AS boolean)
            OR s.community_code = any(CAST(:communities AS text[]))
            OR s.team_code = any(CAST(:teams AS text[]))
            OR (s.team_code IS NULL AND s.community_code = any(CAST(:teamless_of AS text[])))
        ))
    )
ORDER BY s.occurred_at DESC, s.sample_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
