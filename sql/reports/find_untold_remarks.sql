-- Remarks that readers of the whole company are to be told of, once.
--
-- Reads: report_remarks
-- Writes: nothing
-- Rerun: the same rows until they are marked told
--
-- Params:
--   kinds (text[]): kinds of remark
--   at (timestamptz): remarks noted later than this are left out
SELECT
    m.remark_id,
    m.kind,
    m.subject
FROM report_remarks AS m
WHERE
    m.told_at IS NULL
    AND m.kind = any(CAST(:kinds AS text[]))
    AND m.noted_at <= CAST(:at AS timestamptz)
ORDER BY m.noted_at ASC, m.kind ASC, m.subject ASC
