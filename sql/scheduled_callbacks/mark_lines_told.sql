-- Marks lines of a day's lists: that they were mailed, in the transaction that writes the mails.
--
-- Reads: callback_lists
-- Writes: callback_lists.told_at, one row per line given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   work_date (date): day of the lists
--   callback_codes (text[]): callbacks
--   staff_codes (text[]): whose list, in the same order
UPDATE callback_lists AS l
SET told_at = :at
FROM unnest(CAST(:callback_codes AS text[]), CAST(:staff_codes AS text[])) AS g (callback_code, staff_code)
WHERE
    l.work_date = CAST(:work_date AS date)
    AND l.callback_code = g.callback_code
    AND l.staff_code = g.staff_code
    AND l.told_at IS NULL
