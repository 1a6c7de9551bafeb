-- Marks untold steps of some subjects as told, with the list they went out on; a notice hangs from now on.
--
-- Reads: custody_steps
-- Writes: custody_steps, the rows told
-- Rerun: writes nothing
--
-- Params:
--   step (text): step
--   subjects (text[]): things, loans, or persons, instants and devices
--   list_code (text): list or notice
--   until (date): last day the notice hangs; null: no notice
--   at (timestamptz): as_of of the run
--   run_id (bigint): run
UPDATE custody_steps AS s
SET
    told_at = CAST(:at AS timestamptz),
    list_code = CAST(:list_code AS text),
    until = CAST(:until AS date),
    run_id = CAST(:run_id AS bigint)
WHERE
    s.step = CAST(:step AS text)
    AND s.subject = any(CAST(:subjects AS text[]))
    AND s.told_at IS NULL
    AND s.cancelled_on IS NULL
