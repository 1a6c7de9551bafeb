-- How many lists of a kind went out on a day: the next one gets a number behind its code.
--
-- Reads: custody_steps
-- Writes: nothing
-- Rerun: the same number until another goes out
--
-- Params:
--   list_code (text): code of the day's first list
SELECT count(DISTINCT s.list_code) AS lists
FROM custody_steps AS s
WHERE s.list_code = CAST(:list_code AS text) OR starts_with(s.list_code, CAST(:list_code AS text) || '-')
