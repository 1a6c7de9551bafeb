-- Makes room for the facts of another day.
--
-- Reads: nothing
-- Writes: taken_facts (temporary), emptied
-- Rerun: nothing more
--
-- Params: none
TRUNCATE taken_facts
