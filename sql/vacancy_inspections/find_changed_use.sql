-- INS-09: registrations' months that are new, or rest on something that has changed: a late or corrected reading, a
-- multiplier, another limit, other days. The newest month also keeps what the whole registration rests on, so that the
-- next run sees at once that nothing has changed.
--
-- Reads: computed_use, registration_inputs (temporary), vacancy_use
-- Writes: changed_use (temporary), one row per registration and month to be written
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE changed_use ON COMMIT DROP AS
SELECT
    c.*,
    i.inputs
FROM computed_use AS c
LEFT JOIN registration_inputs AS i ON c.application_code = i.application_code AND c.period = i.period
LEFT JOIN vacancy_use AS u ON c.application_code = u.application_code AND c.period = u.period
WHERE
    u.explanation ->> 'digest' IS DISTINCT FROM c.digest
    OR (i.inputs IS NOT NULL AND u.explanation ->> 'inputs' IS DISTINCT FROM i.inputs)
