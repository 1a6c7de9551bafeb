-- Room for who is there on which days of a month.
--
-- Reads: nothing
-- Writes: inspection_walks (temporary), one row per inspector and day; group_code: the inspector's community, empty for
--         those of the whole company
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE inspection_walks (
    group_code text NOT NULL,
    staff_code text NOT NULL,
    day date NOT NULL
) ON COMMIT DROP
