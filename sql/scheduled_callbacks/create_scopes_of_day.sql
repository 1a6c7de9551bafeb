-- The scopes planned on a day, and whether it is a calling day there.
--
-- Reads: planned_scopes, calling_days (temporary)
-- Writes: scopes_of_day (temporary), one row per scope
-- Rerun: after it was dropped
--
-- Params:
--   day (date): day planned
CREATE TEMPORARY TABLE scopes_of_day ON COMMIT DROP AS
SELECT
    s.scope,
    s.community_code,
    s.calendar_code,
    s.live_from,
    d.is_calling_day,
    s.is_again
FROM planned_scopes AS s
INNER JOIN calling_days AS d ON s.calendar_code = d.calendar_code
WHERE s.plan_from <= CAST(:day AS date) AND d.day = CAST(:day AS date)
