-- Room for the slots of one day's planning: who can walk on which days that are left of the month.
--
-- Reads: nothing
-- Writes: inspection_slots (temporary), one row per inspector and day; group_code: the inspector's community, empty for
--         those of the whole company; slot_no: place in walking order, 0-based, blank where not all communities the
--         company's inspectors serve work on that day; taken: monthly and basement inspections planned before
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE inspection_slots (
    group_code text NOT NULL,
    staff_code text NOT NULL,
    day date NOT NULL,
    per_day integer NOT NULL,
    taken integer NOT NULL,
    slot_no bigint
) ON COMMIT DROP
