-- INS-05: a corrected result with another finding: its case says what is known now. A case that another system has
-- written since is left as it is.
--
-- Reads: judged_results, described_findings (temporary)
-- Writes: cases, the description of cases this pipeline opened
-- Rerun: writes nothing
--
-- Params: none
UPDATE cases AS c
SET description = f.description
FROM judged_results AS j
INNER JOIN described_findings AS f ON j.inspection_code = f.inspection_code AND j.inspected_at = f.inspected_at
WHERE
    j.is_corrected
    AND j.former_case_code = c.case_code
    AND c.loaded_from IS NULL
    AND c.description IS DISTINCT FROM f.description
