-- QC-06: notes of corrections in which sample they are looked at again, so that they are looked at once.
--
-- Reads: nothing
-- Writes: quality_cases: audit_code
-- Rerun: nothing
--
-- Params:
--   sample_codes (text[]): samples
--   case_codes (text[]): cases opened for correction, in the same order
--   run_id (bigint): run
UPDATE quality_cases AS q
SET audit_code = g.sample_code, run_id = CAST(:run_id AS bigint)
FROM unnest(CAST(:sample_codes AS text[]), CAST(:case_codes AS text[])) AS g (sample_code, case_code)
WHERE q.case_code = g.case_code AND q.audit_code IS NULL
