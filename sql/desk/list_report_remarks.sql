-- What is amiss with the reports or their recipients, the latest first.
-- Reads: report_remarks
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
SELECT
    m.remark_id AS remark_id,
    m.kind AS kind,
    m.subject AS subject,
    m.detail AS detail,
    m.noted_at AS noted_at,
    m.told_at AS told_at
FROM report_remarks AS m
ORDER BY m.noted_at DESC, m.remark_id DESC
LIMIT CAST(:page_size AS integer)
