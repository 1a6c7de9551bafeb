-- QC-01: rows of scores or appeals that came back with something changed that was printed there: they were taken in, and
-- somebody is to ask, once per sample.
--
-- Reads: samples
-- Writes: quality_remarks, one row per sample
-- Rerun: nothing new
--
-- Params:
--   codes (text[]): samples of the rows
--   staff_codes (text[]): who scored or appealed, of the rows, in the same order; NULL: the row does not say
--   rows (int[]): row numbers as a spreadsheet shows them, in the same order
--   file (text): name of the file
--   as_of (timestamptz): instant it is noted at
INSERT INTO quality_remarks (kind, subject, community_code, detail, noted_at)
SELECT DISTINCT ON (s.sample_code)
    'form_edited',
    s.sample_code,
    s.community_code,
    jsonb_build_object(
        'sample_code', s.sample_code,
        'staff_code', g.staff_code,
        'file', CAST(:file AS text),
        'row', g.row_no
    ),
    CAST(:as_of AS timestamptz)
FROM
    unnest(CAST(:codes AS text[]), CAST(:staff_codes AS text[]), CAST(:rows AS integer[]))
        AS g (sample_code, staff_code, row_no)
INNER JOIN samples AS s ON g.sample_code = s.sample_code
ORDER BY s.sample_code ASC, g.row_no ASC
ON CONFLICT (kind, subject) DO NOTHING
