-- Changes of restricted datasets: those that wait first, then those decided, the newest first.
-- Reads: intake_changes, intake_files, intake_change_rows, staff
-- Writes: nothing (one row per change)
-- Rerun: reads only
-- Params:
--   is_pending (boolean): those that wait (true) or those decided (false)
--   page_size (integer): rows at most
SELECT
    c.change_id AS change_id,
    c.change_code AS change_code,
    c.dataset AS dataset,
    c.state AS state,
    c.proposed_by AS proposed_by,
    c.proposed_at AS proposed_at,
    c.decided_by AS decided_by,
    c.decided_at AS decided_at,
    c.decision_note AS decision_note,
    f.file AS file,
    n.added AS added,
    n.updated AS updated
FROM intake_changes AS c
INNER JOIN intake_files AS f ON c.file_id = f.file_id
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE w.action = 'added') AS added,
        count(*) FILTER (WHERE w.action = 'updated') AS updated
    FROM intake_change_rows AS w
    WHERE w.change_id = c.change_id
) AS n ON TRUE
WHERE (c.state = 'pending') = :is_pending
ORDER BY c.change_id DESC
LIMIT CAST(:page_size AS integer)
