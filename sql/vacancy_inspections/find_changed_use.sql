-- INS-09: registrations' months that are new, or rest on something that has changed: a late or corrected reading, a
-- multiplier, another limit, other days.
--
-- Reads: computed_use (temporary), vacancy_use
-- Writes: changed_use (temporary), one row per registration and month to be written
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE changed_use ON COMMIT DROP AS
SELECT c.*
FROM computed_use AS c
LEFT JOIN vacancy_use AS u ON c.application_code = u.application_code AND c.period = u.period
WHERE u.explanation ->> 'digest' IS DISTINCT FROM c.digest
