-- Notes the latest instant things were looked at, and the first day that counts; time never runs backwards.
--
-- Reads: custody_progress
-- Writes: custody_progress, its one row
-- Rerun: nothing at the same instant or an earlier one with the same first day
--
-- Params:
--   looked_to (timestamptz): instant of the run
--   live_from (date): first day any community is served
INSERT INTO custody_progress AS p (only_row, looked_to, live_from)
VALUES (TRUE, CAST(:looked_to AS timestamptz), CAST(:live_from AS date))
ON CONFLICT (only_row) DO UPDATE
    SET looked_to = excluded.looked_to, live_from = excluded.live_from
    WHERE p.looked_to < excluded.looked_to OR p.live_from <> excluded.live_from
