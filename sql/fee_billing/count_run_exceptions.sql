-- How many things a billing run does not bill, by reason.
--
-- Reads: billing_exceptions
-- Writes: nothing; one row per kind
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
SELECT
    e.kind,
    count(*) AS things
FROM billing_exceptions AS e
WHERE e.run_code = CAST(:run_code AS text)
GROUP BY e.kind
ORDER BY count(*) DESC, e.kind ASC
