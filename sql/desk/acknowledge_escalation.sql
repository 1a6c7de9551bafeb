-- The owner of a step says "I have it" (ESC-09); it stays open until the deadline is met or cancelled.
-- Reads: escalations
-- Writes: escalations (one row)
-- Rerun: a step that is acknowledged keeps its first instant
-- Params:
--   escalation_id (bigint): the step
--   case_code (text): its case
--   staff_code (text): who acknowledges; only the step's owner can
--   at (timestamptz): wall clock
UPDATE escalations AS e
SET acknowledged_at = coalesce(e.acknowledged_at, greatest(CAST(:at AS timestamptz), e.raised_at))
WHERE
    e.escalation_id = :escalation_id
    AND e.case_code = :case_code
    AND e.staff_code = :staff_code
    AND e.stood_down_at IS NULL
RETURNING e.acknowledged_at AS acknowledged_at
