-- Whether any policy starts from the first of several sources that exists.
--
-- Reads: deadline_choices
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT count(*) AS chains
FROM deadline_choices AS x
WHERE x.chain_id > 0
