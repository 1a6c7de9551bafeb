-- CB-11: rows of callback lists that came back with something changed that was printed there: the result was taken in, and
-- somebody is to ask, once per callback, for perhaps the register is wrong.
--
-- Reads: callbacks
-- Writes: callback_remarks, one row per callback
-- Rerun: nothing new
--
-- Params:
--   codes (text[]): callbacks of the rows
--   staff_codes (text[]): who called, of the rows, in the same order; NULL: the row does not say
--   rows (int[]): row numbers as a spreadsheet shows them, in the same order
--   file (text): name of the file
--   as_of (timestamptz): instant it is noted at
INSERT INTO callback_remarks (kind, subject, community_code, detail, noted_at)
SELECT DISTINCT ON (k.callback_code)
    'form_edited',
    k.callback_code,
    k.community_code,
    jsonb_build_object(
        'callback_code', k.callback_code,
        'staff_code', coalesce(g.staff_code, k.staff_code),
        'file', CAST(:file AS text),
        'row', g.row_no
    ),
    CAST(:as_of AS timestamptz)
FROM
    unnest(CAST(:codes AS text[]), CAST(:staff_codes AS text[]), CAST(:rows AS integer[]))
        AS g (callback_code, staff_code, row_no)
INNER JOIN callbacks AS k ON g.callback_code = k.callback_code
ORDER BY k.callback_code ASC, g.row_no ASC
ON CONFLICT (kind, subject) DO NOTHING
