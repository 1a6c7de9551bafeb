-- The parts of the day in which customers are called; a set of parts is the sum of their bits.
--
-- Reads: nothing
-- Writes: calling_parts (temporary), one row per part
-- Rerun: after it was dropped
--
-- Params:
--   numbers (int[]): numbers of the parts, from 1
--   starts (int[]): minutes after midnight, inclusive, in the same order
--   ends (int[]): minutes after midnight, exclusive
CREATE TEMPORARY TABLE calling_parts ON COMMIT DROP AS
SELECT
    g.part_no,
    CAST(1 << (g.part_no - 1) AS integer) AS bit,
    make_interval(mins => g.starts) AS opens,
    make_interval(mins => g.ends) AS closes
FROM
    unnest(CAST(:numbers AS integer[]), CAST(:starts AS integer[]), CAST(:ends AS integer[])) AS g (part_no, starts, ends)
