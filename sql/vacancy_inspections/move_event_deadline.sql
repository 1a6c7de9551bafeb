-- Gives the inspections of a weather event that are still to be made its deadline, and no later day than that.
--
-- Reads: inspections
-- Writes: inspections, one row per open inspection of the event
-- Rerun: changes nothing
--
-- Params:
--   run_id (bigint): run that does it
--   event_code (text): the event
--   deadline (timestamptz): instant by which every unit must be inspected
--   last_day (date): its day, inclusive
UPDATE inspections AS i SET
    deadline = CAST(:deadline AS timestamptz),
    due_on = least(i.due_on, CAST(:last_day AS date)),
    run_id = :run_id
WHERE
    i.period = CAST(:event_code AS text)
    AND i.state IN ('planned', 'not_entered')
    AND i.deadline <> CAST(:deadline AS timestamptz)
