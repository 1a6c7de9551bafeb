-- What started the deadlines of a case: each event at the very instant one of them starts, or started before.
--
-- Reads: case_events, deadlines, deadline_former_starts
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
WITH starts AS (
    SELECT d.starts_at
    FROM deadlines AS d
    WHERE d.case_code = :case_code
    UNION
    SELECT f.starts_at
    FROM deadline_former_starts AS f
    WHERE f.case_code = :case_code
)

SELECT
    e.event_at,
    e.event
FROM case_events AS e
INNER JOIN starts AS s ON e.event_at = s.starts_at
WHERE e.case_code = :case_code
ORDER BY e.event_at, e.event
