-- Letters handed out on paper: printed counts as sent.
--
-- Reads: nothing
-- Writes: dunning (state, sent_at, printed_by)
-- Rerun: finds none
--
-- Params:
--   notice_codes (text[]): the letters
--   printed_by (text): who printed them
--   at (timestamptz): instant they were printed
UPDATE dunning AS d
SET
    state = 'printed',
    sent_at = CAST(:at AS timestamptz),
    printed_by = CAST(:printed_by AS text)
WHERE d.notice_code = any(CAST(:notice_codes AS text[])) AND d.state = 'planned' AND d.way = 'print'
