-- Calendars whose compiled clock ends before the longest budget, started at the latest instant it serves, would end.
--
-- Reads: working_calendars, working_segments, working_days
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   budget_seconds (bigint): longest budget plus offset, working seconds
--   budget_days (bigint): longest budget, working days
SELECT
    w.calendar_code,
    w.covers_to
FROM working_calendars AS w
WHERE
    (
        SELECT coalesce(sum(extract(EPOCH FROM s.closes_at - greatest(s.opens_at, w.serves_to))), 0)
        FROM working_segments AS s
        WHERE s.calendar_code = w.calendar_code AND s.closes_at > w.serves_to
    ) <= CAST(:budget_seconds AS bigint)
    OR (
        SELECT count(*)
        FROM working_days AS d
        WHERE d.calendar_code = w.calendar_code AND d.opens_at > w.serves_to
    ) <= CAST(:budget_days AS bigint) + 1
ORDER BY w.calendar_code
