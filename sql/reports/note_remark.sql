-- Notes something the reports could not take as it is, or that somebody must know of, once.
--
-- Reads: (nothing)
-- Writes: report_remarks, one row unless it is noted already
-- Rerun: writes nothing
--
-- Params:
--   kind (text): what is amiss
--   subject (text): what it is about
--   detail (text): JSON object of codes and numbers the sentence about it needs
--   noted_at (timestamptz): as_of of the run
--   run_id (bigint): run
INSERT INTO report_remarks (kind, subject, detail, noted_at, run_id)
VALUES (
    CAST(:kind AS text),
    CAST(:subject AS text),
    CAST(:detail AS jsonb),
    CAST(:noted_at AS timestamptz),
    CAST(:run_id AS bigint)
)
ON CONFLICT (kind, subject) DO NOTHING
