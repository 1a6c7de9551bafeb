-- Billing runs that are not decided and posted yet, by community.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   community_code (text): only this community's; null: of all
SELECT
    r.run_code,
    r.period,
    r.community_code,
    r.state,
    r.kind,
    r.attempt,
    r.bills,
    r.lines,
    r.exceptions,
    r.total,
    r.batch_no,
    r.post_no,
    r.digest,
    r.requested_by,
    r.drafted_at,
    r.checked_at,
    r.shown_at,
    r.shown_digest,
    r.waiting_task,
    r.decision,
    r.decision_digest,
    r.decision_reason,
    r.decided_at,
    r.approved_by,
    r.superseded_by,
    r.posted_at,
    r.posted_on,
    r.due_on,
    r.reverses,
    r.overdue_told_at,
    r.run_id
FROM billing_runs AS r
WHERE
    r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
    AND (CAST(:community_code AS text) IS NULL OR r.community_code = CAST(:community_code AS text))
ORDER BY r.community_code ASC
