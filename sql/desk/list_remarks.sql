-- What the vacancy pipeline could not take as it is, or what somebody must know of; the newest first.
-- Reads: inspection_remarks, communities
-- Writes: nothing (one row per remark)
-- Rerun: reads only
-- Params:
--   kind (text): only this kind; null: all
--   community_code (text): only this community; null: all
--   unit_code (text): only this unit; null: all
--   before (bigint): only remarks below this number; null: from the newest
--   page_size (integer): rows at most
SELECT
    m.remark_id AS remark_id,
    m.kind AS kind,
    m.subject AS subject,
    m.community_code AS community_code,
    c.community_name AS community_name,
    m.unit_code AS unit_code,
    m.detail AS detail,
    m.noted_at AS noted_at,
    m.told_at AS told_at
FROM inspection_remarks AS m
INNER JOIN communities AS c ON m.community_code = c.community_code
WHERE
    (CAST(:kind AS text) IS NULL OR m.kind = :kind)
    AND (CAST(:community_code AS text) IS NULL OR m.community_code = :community_code)
    AND (CAST(:unit_code AS text) IS NULL OR m.unit_code = :unit_code)
    AND (CAST(:before AS bigint) IS NULL OR m.remark_id < :before)
ORDER BY m.remark_id DESC
LIMIT CAST(:page_size AS integer)
