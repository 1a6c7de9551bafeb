-- Calendars that are no longer loaded leave the compiled clock.
--
-- Reads: working_calendars
-- Writes: deletes from working_calendars, one row per calendar that is not among those given
-- Rerun: changes nothing
--
-- Params:
--   calendar_codes (text[]): calendars that stay
DELETE FROM working_calendars AS w
WHERE NOT w.calendar_code = any(CAST(:calendar_codes AS text[]))
