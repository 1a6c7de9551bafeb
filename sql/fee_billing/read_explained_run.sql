-- A billing run to be explained.
--
-- Reads: billing_runs, communities, runs
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
SELECT
    r.run_code AS run_code,
    r.kind AS kind,
    r.period AS period,
    r.community_code AS community_code,
    c.community_name AS community_name,
    r.attempt AS attempt,
    r.batch_no AS batch_no,
    r.state AS state,
    r.bills AS bills,
    r.lines AS lines,
    r.total AS total,
    r.exceptions AS exceptions,
    r.requested_by AS requested_by,
    r.drafted_at AS drafted_at,
    r.checked_at AS checked_at,
    r.shown_at AS shown_at,
    r.decision AS decision,
    r.decision_reason AS decision_reason,
    r.decided_at AS decided_at,
    r.approved_by AS approved_by,
    r.superseded_by AS superseded_by,
    r.posted_at AS posted_at,
    r.posted_on AS posted_on,
    r.due_on AS due_on,
    r.reverses AS reverses,
    u.run_code AS reversed_by,
    w.run_code AS written_by
FROM billing_runs AS r
INNER JOIN communities AS c ON r.community_code = c.community_code
LEFT JOIN billing_runs AS u ON r.run_code = u.reverses
LEFT JOIN runs AS w ON r.run_id = w.run_id
WHERE r.run_code = :run_code
