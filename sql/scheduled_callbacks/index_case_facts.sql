-- Finds the facts of a case.
--
-- Reads: case_facts (temporary)
-- Writes: an index on it
-- Rerun: after the table was made anew
--
-- Params: none
CREATE INDEX ON case_facts (case_code, trigger)
