-- Cases written since the last run: taken off the list that the triggers keep.
--
-- Reads: case_changes
-- Writes: deletes from case_changes, and touched_cases (temporary), one row per case
-- Rerun: the list is empty
--
-- Params: none
WITH taken AS (
    DELETE FROM case_changes
    RETURNING case_code
)

INSERT INTO touched_cases (case_code)
SELECT DISTINCT t.case_code
FROM taken AS t
ON CONFLICT DO NOTHING
