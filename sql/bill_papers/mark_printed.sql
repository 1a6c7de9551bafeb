-- Notes that the bills of a print file were handed out, and by whom.
--
-- Reads: bill_deliveries
-- Writes: bill_deliveries.printed_at, printed_by, of bills given that nobody has printed
-- Rerun: changes nothing; the first who printed stays
--
-- Params:
--   run_code (text): the run
--   building_code (text): the building
--   bill_codes (text[]): bills of the file that was made
--   printed_by (text): who printed
--   at (timestamptz): instant
UPDATE bill_deliveries AS d
SET
    printed_at = :at,
    printed_by = :printed_by
WHERE
    d.run_code = :run_code
    AND d.building_code = :building_code
    AND d.bill_code = any(CAST(:bill_codes AS text[]))
    AND d.way = 'print'
    AND d.printed_at IS NULL
