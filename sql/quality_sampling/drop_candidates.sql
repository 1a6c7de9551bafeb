-- Forgets the candidates of a draw, for those within wider bounds or of another week.
--
-- Reads: nothing
-- Writes: call_candidates, case_candidates (temporary), dropped
-- Rerun: nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.call_candidates, pg_temp.case_candidates
