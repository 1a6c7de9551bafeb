-- Cases with a deadline in a calendar whose hours or holidays have changed: not ended, or provisional.
--
-- Reads: deadlines, working_calendars
-- Writes: touched_cases (temporary), one row per case
-- Rerun: adds nothing
--
-- Params: none
INSERT INTO touched_cases (case_code)
SELECT d.case_code
FROM deadlines AS d
INNER JOIN working_calendars AS w ON d.working_calendar = w.calendar_code AND d.calendar_version <> w.version
WHERE d.ended_at IS NULL OR d.provisional
GROUP BY d.case_code
ON CONFLICT DO NOTHING
