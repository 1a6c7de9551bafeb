-- Codes of the cases whose state may differ between the edges of the windows: opened, finished or reopened since the first
-- window began, or written since deadlines were computed last; so that a report reads its weeks and not the table.
--
-- Reads: cases, case_events, case_changes
-- Writes: touched_codes (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
CREATE TEMPORARY TABLE touched_codes ON COMMIT DROP AS
SELECT e.case_code
FROM case_events AS e
WHERE e.event_at >= CAST(:first_start AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
UNION
SELECT c.case_code
FROM cases AS c
WHERE c.opened_at >= CAST(:first_start AS timestamptz)
UNION
SELECT g.case_code
FROM case_changes AS g
