-- Cases of communities whose first served day or office calendar has changed.
--
-- Reads: cases
-- Writes: touched_cases (temporary), one row per case
-- Rerun: adds nothing
--
-- Params:
--   community_codes (text[]): communities
INSERT INTO touched_cases (case_code)
SELECT c.case_code
FROM cases AS c
WHERE c.community_code = any(CAST(:community_codes AS text[]))
ON CONFLICT DO NOTHING
