-- Notes reminders that went out, in the transaction that writes the mails; one of an earlier end is written over.
--
-- Reads: nothing else
-- Writes: vacancy_reminders, one row per application and reminder
-- Rerun: find_due_reminders.sql finds none again
--
-- Params:
--   at (timestamptz): instant of the run that reminds
--   application_codes (text[]): registrations about to end
--   days_before (int[]): which reminder, in the same order
--   run_id (bigint): run
INSERT INTO vacancy_reminders (application_code, days_before, reminded_at, run_id)
SELECT
    g.application_code,
    g.days_before,
    :at,
    CAST(:run_id AS bigint)
FROM unnest(CAST(:application_codes AS text[]), CAST(:days_before AS integer[])) AS g (application_code, days_before)
ON CONFLICT (application_code, days_before) DO UPDATE
    SET reminded_at = excluded.reminded_at, run_id = excluded.run_id
