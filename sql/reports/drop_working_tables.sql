-- Forgets what another report of the same transaction was measured from.
--
-- Reads: (nothing)
-- Writes: drops the temporary tables of a report
-- Rerun: does nothing
--
-- Params: none
DROP TABLE IF EXISTS
report_windows, report_communities, report_opened, report_rounds, report_counts, report_parts, staff_teams
