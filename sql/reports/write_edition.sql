-- Writes an edition of a report.
--
-- Reads: (nothing)
-- Writes: report_editions, one row
-- Rerun: refused by the key
--
-- Params:
--   report (text): report
--   period (text): its period
--   edition (int): its edition
--   period_start (timestamptz): first instant it covers, inclusive
--   period_end (timestamptz): end, exclusive; later facts are not in it
--   state (text): computed, preview, reconstructed or not_sent
--   shown_edition (int): number its readers see; NULL: none
--   reason (text): why it was corrected; NULL: it is the first
--   requested_by (text): Airflow user who asked for it; NULL: the schedule
--   calendar_state (text): published or pattern
--   missing_years (text): years without official holidays, separated by commas; NULL: none
--   digest (text): digest of what it says
--   run_id (bigint): run
INSERT INTO report_editions (
    report, period, edition, period_start, period_end, as_of, state, shown_edition, reason, requested_by, calendar_state,
    missing_years, digest, run_id
)
VALUES (
    CAST(:report AS text),
    CAST(:period AS text),
    CAST(:edition AS integer),
    CAST(:period_start AS timestamptz),
    CAST(:period_end AS timestamptz),
    CAST(:period_end AS timestamptz),
    CAST(:state AS text),
    CAST(:shown_edition AS integer),
    CAST(:reason AS text),
    CAST(:requested_by AS text),
    CAST(:calendar_state AS text),
    CAST(:missing_years AS text),
    CAST(:digest AS text),
    CAST(:run_id AS bigint)
)
