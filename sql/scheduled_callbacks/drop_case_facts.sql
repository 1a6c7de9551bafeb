-- Makes room for the facts of another plan.
--
-- Reads: nothing
-- Writes: drops looked_cases, case_facts, waiting_facts, taken_facts (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.looked_cases, pg_temp.case_facts, pg_temp.waiting_facts, pg_temp.taken_facts
