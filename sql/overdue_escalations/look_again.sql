-- Pauses may have stopped a ladder, or let it go on, without moving the deadline: those ladders are looked at again.
--
-- Reads: computed_deadlines, judged_deadlines (temporary), deadlines
-- Writes: deadlines, one row per open deadline with pauses of the cases at hand
-- Rerun: writes nothing
--
-- Params: none
UPDATE deadlines AS d SET
    next_look_at = j.next_look_at
FROM judged_deadlines AS j
INNER JOIN computed_deadlines AS c
    ON
        j.case_code = c.case_code
        AND j.occurrence = c.occurrence
        AND j.starts_at = c.starts_at
        AND c.paused_at IS NOT NULL
WHERE
    d.case_code = j.case_code
    AND d.milestone = j.milestone
    AND d.occurrence = j.occurrence
    AND j.superseded_at IS NULL
    AND d.ended_at IS NULL
    AND d.next_look_at IS DISTINCT FROM j.next_look_at
