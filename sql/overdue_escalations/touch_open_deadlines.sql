-- Cases that changed policies may concern: those that are open, and those with a deadline that has not ended.
--
-- Reads: deadlines, open_cases
-- Writes: touched_cases (temporary), one row per case
-- Rerun: adds nothing
--
-- Params: none
INSERT INTO touched_cases (case_code)
SELECT d.case_code
FROM deadlines AS d
WHERE d.ended_at IS NULL
UNION
SELECT o.case_code
FROM open_cases AS o
ON CONFLICT DO NOTHING
