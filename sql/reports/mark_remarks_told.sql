-- Marks remarks as told.
--
-- Reads: report_remarks
-- Writes: report_remarks, one row per remark
-- Rerun: changes nothing
--
-- Params:
--   kinds (text[]): kind of each remark
--   subjects (text[]): subject of each, in the same order
--   at (timestamptz): as_of of the run that tells
UPDATE report_remarks AS m
SET told_at = CAST(:at AS timestamptz)
FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[])) AS t (kind, subject)
WHERE m.kind = t.kind AND m.subject = t.subject AND m.told_at IS NULL
