-- What the quality check could not take as it was, or somebody must know of, the latest first.
-- Reads: quality_remarks
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   communities (text[]): only remarks of these communities; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    m.remark_id AS remark_id,
    m.kind AS kind,
    m.subject AS subject,
    m.community_code AS community_code,
    m.detail AS detail,
    m.noted_at AS noted_at,
    m.told_at AS told_at
FROM quality_remarks AS m
WHERE
    CAST(:communities AS text[]) IS NULL
    OR m.community_code = any(CAST(:communities AS text[]))
ORDER BY m.remark_id DESC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
