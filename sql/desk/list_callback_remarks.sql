-- What the callback pipeline could not take as it is, or what somebody must know of; the newest first.
-- Reads: callback_remarks, communities
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   kind (text): only this kind; null: all
--   community_code (text): only this community; null: all
--   before (bigint): only remarks below this number; null: from the newest
--   page_size (integer): rows at most
SELECT
    m.remark_id AS remark_id,
    m.kind AS kind,
    m.subject AS subject,
    m.community_code AS community_code,
    c.community_name AS community_name,
    m.detail AS detail,
    m.noted_at AS noted_at,
    m.told_at AS told_at
FROM callback_remarks AS m
LEFT JOIN communities AS c ON m.community_code = c.community_code
WHERE
    (CAST(:kind AS text) IS NULL OR m.kind = :kind)
    AND (CAST(:community_code AS text) IS NULL OR m.community_code = :community_code)
    AND (CAST(:before AS bigint) IS NULL OR m.remark_id < :before)
ORDER BY m.remark_id DESC
LIMIT CAST(:page_size AS integer)
