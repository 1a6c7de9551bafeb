-- Marks visits: that their findings were mailed, in the transaction that writes the mails.
--
-- Reads: inspection_visits
-- Writes: inspection_visits.told_at, one row per visit given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that mails
--   inspection_codes (text[]): inspections visited
--   inspected_at (timestamptz[]): instants of the visits, in the same order
UPDATE inspection_visits AS v
SET told_at = :at
FROM
    unnest(CAST(:inspection_codes AS text[]), CAST(:inspected_at AS timestamptz[])) AS g (inspection_code, inspected_at)
WHERE v.inspection_code = g.inspection_code AND v.inspected_at = g.inspected_at AND v.told_at IS NULL
