-- Whether the facts of this plan were gathered already.
--
-- Reads: the catalogue
-- Writes: nothing
-- Rerun: any time
--
-- Params: none
SELECT to_regclass('pg_temp.case_facts') IS NOT NULL AS is_there
