-- Forgets what another edition of the same transaction was written from.
--
-- Reads: (nothing)
-- Writes: drops the temporary tables of an edition
-- Rerun: does nothing
--
-- Params: none
DROP TABLE IF EXISTS report_grid, report_targets, report_rows, report_sums, report_shares, report_lines
