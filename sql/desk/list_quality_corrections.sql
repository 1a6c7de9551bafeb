-- Cases opened to correct an error and prevent it, that may be shown to who looks, and what looking again found (QC-06).
-- Reads: quality_cases, samples, staff, cases, case_events
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    q.case_code AS case_code,
    q.sample_code AS sample_code,
    q.staff_code AS staff_code,
    a.staff_name AS staff_name,
    q.criteria AS criteria,
    q.department AS department,
    k.handler AS handler,
    q.opened_at AS opened_at,
    (
        SELECT max(e.event_at)
        FROM case_events AS e
        WHERE e.case_code = q.case_code AND e.event = 'closed'
    ) AS closed_at,
    q.audit_code AS audit_code,
    u.state AS audit_state,
    u.score AS audit_score,
    u.is_nonconforming AS is_audit_nonconforming
FROM quality_cases AS q
INNER JOIN samples AS s ON q.sample_code = s.sample_code
INNER JOIN staff AS a ON q.staff_code = a.staff_code
INNER JOIN cases AS k ON q.case_code = k.case_code
LEFT JOIN samples AS u ON q.audit_code = u.sample_code
WHERE
    q.staff_code = CAST(:viewer AS text)
    OR k.handler = CAST(:viewer AS text)
    OR (
        CAST(:sees_all AS boolean)
        OR s.community_code = any(CAST(:communities AS text[]))
        OR s.team_code = any(CAST(:teams AS text[]))
        OR (s.team_code IS NULL AND s.community_code = any(CAST(:teamless_of AS text[])))
    )
ORDER BY q.opened_at DESC, q.case_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
