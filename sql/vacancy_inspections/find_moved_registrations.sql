-- INS-07: accepted applications that were corrected to another unit after their case was opened: that case sends somebody
-- to the wrong unit. A case that another system has written since is that system's to correct.
--
-- Reads: judged_applications (temporary), vacancy_registrations, cases
-- Writes: moved_registrations (temporary), one row per such application
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE moved_registrations ON COMMIT DROP AS
SELECT
    j.application_code,
    j.community_code,
    j.unit_code,
    c.case_code AS former_case_code,
    c.community_code AS former_community_code,
    c.unit_code AS former_unit_code
FROM judged_applications AS j
INNER JOIN vacancy_registrations AS r ON j.application_code = r.application_code
INNER JOIN cases AS c ON r.case_code = c.case_code
WHERE
    j.state = 'accepted'
    AND c.loaded_from IS NULL
    AND (c.community_code, c.unit_code) IS DISTINCT FROM (j.community_code, j.unit_code)
