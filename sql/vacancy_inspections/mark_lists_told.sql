-- Marks lines of worklists: that they were mailed, in the transaction that writes the mails.
--
-- Reads: inspection_lists
-- Writes: inspection_lists.told_at, one row per line given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that mails
--   work_date (date): day of the lists
--   inspection_codes (text[]): the lines
UPDATE inspection_lists AS l
SET told_at = :at
WHERE
    l.work_date = :work_date
    AND l.inspection_code = any(CAST(:inspection_codes AS text[]))
    AND l.told_at IS NULL
