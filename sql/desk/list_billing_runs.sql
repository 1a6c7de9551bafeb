-- Billing runs, those that wait for a decision first, then the newest, a page at a time.
-- Reads: billing_runs, communities, staff
-- Writes: nothing (one row per billing run)
-- Rerun: reads only
-- Params:
--   state (text): only runs in this state; null: all
--   community_code (text): only this community; null: all
--   period (text): only this month, YYYY-MM; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    r.run_code AS run_code,
    r.kind AS kind,
    r.period AS period,
    r.community_code AS community_code,
    c.community_name AS community_name,
    r.state AS state,
    r.bills AS bills,
    r.lines AS lines,
    r.total AS total,
    r.exceptions AS exceptions,
    r.drafted_at AS drafted_at,
    r.shown_at AS shown_at,
    r.decided_at AS decided_at,
    r.posted_at AS posted_at,
    r.due_on AS due_on,
    r.requested_by AS requested_by,
    (
        SELECT min(s.staff_name) FROM staff AS s
        WHERE r.requested_by IN (s.staff_code, s.login)
    ) AS requested_name,
    r.approved_by AS approved_by,
    (
        SELECT min(s.staff_name) FROM staff AS s
        WHERE r.approved_by IN (s.staff_code, s.login)
    ) AS approved_name,
    r.reverses AS reverses,
    r.superseded_by AS superseded_by
FROM billing_runs AS r
INNER JOIN communities AS c ON r.community_code = c.community_code
WHERE
    (CAST(:state AS text) IS NULL OR r.state = :state)
    AND (CAST(:community_code AS text) IS NULL OR r.community_code = :community_code)
    AND (CAST(:period AS text) IS NULL OR r.period = :period)
ORDER BY
    r.state IN ('draft', 'checked', 'awaiting_approval', 'approved') DESC,
    r.drafted_at DESC, r.community_code ASC, r.attempt DESC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
