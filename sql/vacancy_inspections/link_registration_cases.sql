-- Notes with each registration the case it opened.
--
-- Reads: cases
-- Writes: vacancy_registrations, one row per registration whose case was opened
-- Rerun: writes nothing
--
-- Params: none
UPDATE vacancy_registrations AS r SET
    case_code = c.case_code
FROM cases AS c
WHERE
    r.state = 'accepted'
    AND r.case_code IS NULL
    AND c.case_code = 'GJ-' || r.application_code
