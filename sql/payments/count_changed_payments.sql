-- How many payments are assigned anew, by what became of them.
--
-- Reads: changed_payments (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
SELECT
    count(*) FILTER (WHERE c.state = 'assigned') AS assigned,
    count(*) FILTER (WHERE c.state = 'suspense') AS suspense,
    count(*) FILTER (WHERE c.state = 'reversal') AS taken_back
FROM changed_payments AS c
