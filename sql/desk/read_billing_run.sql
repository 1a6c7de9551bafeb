-- A billing run with its whole history.
-- Reads: billing_runs, communities, runs, staff
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
-- Params:
--   run_code (text): the billing run
SELECT
    r.run_code AS run_code,
    r.kind AS kind,
    r.period AS period,
    r.community_code AS community_code,
    c.community_name AS community_name,
    r.attempt AS attempt,
    r.state AS state,
    r.batch_no AS batch_no,
    r.bills AS bills,
    r.lines AS lines,
    r.total AS total,
    r.exceptions AS exceptions,
    r.digest AS digest,
    r.shown_digest AS shown_digest,
    r.requested_by AS requested_by,
    (
        SELECT min(s.staff_name) FROM staff AS s
        WHERE r.requested_by IN (s.staff_code, s.login)
    ) AS requested_name,
    r.drafted_at AS drafted_at,
    r.checked_at AS checked_at,
    r.shown_at AS shown_at,
    r.waiting_task AS waiting_task,
    r.decision AS decision,
    r.decision_reason AS decision_reason,
    r.approved_by AS approved_by,
    (
        SELECT min(s.staff_name) FROM staff AS s
        WHERE r.approved_by IN (s.staff_code, s.login)
    ) AS approved_name,
    r.decided_at AS decided_at,
    r.overdue_told_at AS overdue_told_at,
    r.superseded_by AS superseded_by,
    r.posted_at AS posted_at,
    r.posted_on AS posted_on,
    r.due_on AS due_on,
    r.reverses AS reverses,
    u.run_code AS reversed_by,
    u.posted_at AS reversed_at,
    p.run_code AS written_by
FROM billing_runs AS r
INNER JOIN communities AS c ON r.community_code = c.community_code
LEFT JOIN billing_runs AS u ON r.run_code = u.reverses
LEFT JOIN runs AS p ON r.run_id = p.run_id
WHERE r.run_code = :run_code
