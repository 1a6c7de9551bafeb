-- Cancels chases nobody was told of yet whose key came back meanwhile (CUST-02).
--
-- Reads: custody_steps, key_loans
-- Writes: custody_steps, the rows cancelled
-- Rerun: writes nothing
--
-- Params:
--   at (timestamptz): instant, inclusive
--   today (date): its day
--   run_id (bigint): run
UPDATE custody_steps AS s
SET cancelled_on = CAST(:today AS date), run_id = CAST(:run_id AS bigint)
FROM key_loans AS k
WHERE
    s.subject = k.loan_code
    AND s.step = 'key_chased'
    AND s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND k.returned_at <= CAST(:at AS timestamptz)
