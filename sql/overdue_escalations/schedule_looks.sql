-- Keeps when each ladder that was looked at must be looked at again: at its next step, or never.
--
-- Reads: due_steps (temporary)
-- Writes: deadlines, one row per deadline whose next look changes
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant of the run
UPDATE deadlines AS d SET
    next_look_at = n.step_at
FROM (
    SELECT
        looked_at.case_code,
        looked_at.milestone,
        looked_at.occurrence,
        min(s.step_at) AS step_at
    FROM deadlines AS looked_at
    LEFT JOIN due_steps AS s
        ON
            looked_at.case_code = s.case_code
            AND looked_at.milestone = s.milestone
            AND looked_at.occurrence = s.occurrence
            AND NOT s.is_due
    WHERE looked_at.next_look_at <= :as_of
    GROUP BY looked_at.case_code, looked_at.milestone, looked_at.occurrence
) AS n
WHERE
    d.case_code = n.case_code
    AND d.milestone = n.milestone
    AND d.occurrence = n.occurrence
    AND d.next_look_at IS DISTINCT FROM n.step_at
