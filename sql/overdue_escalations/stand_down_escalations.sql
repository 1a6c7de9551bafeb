-- ESC-09: met, cancelled or closed stands the ladder down.
--
-- Reads: deadlines, touched_cases (temporary)
-- Writes: escalations, one row per step that was open
-- Rerun: writes nothing
--
-- Params: none
UPDATE escalations AS e SET
    stood_down_at = d.ended_at
FROM deadlines AS d
INNER JOIN touched_cases AS t ON d.case_code = t.case_code
WHERE
    e.case_code = d.case_code
    AND e.milestone = d.milestone
    AND e.occurrence = d.occurrence
    AND e.stood_down_at IS NULL
    AND d.ended_at IS NOT NULL
