-- Writes steps due for things found; one that was cancelled and is due after all comes back (CUST-01).
--
-- Reads: (the parameters)
-- Writes: custody_steps, one row per step, thing and day
-- Rerun: writes nothing for steps that are there
--
-- Params:
--   steps (text[]): step
--   subjects (text[]): thing of each, in the same order
--   due_on (date[]): day from whose evening it is due
--   run_id (bigint): run
INSERT INTO custody_steps AS s (step, subject, due_on, run_id)
SELECT
    g.step,
    g.subject,
    g.due_on,
    CAST(:run_id AS bigint) AS run_id
FROM unnest(CAST(:steps AS text[]), CAST(:subjects AS text[]), CAST(:due_on AS date[])) AS g (step, subject, due_on)
ON CONFLICT (step, subject, due_on) DO UPDATE
    SET cancelled_on = NULL, run_id = excluded.run_id
    WHERE s.cancelled_on IS NOT NULL
