-- What the quality check could not take as it is, or somebody must know of, and nobody was told of yet.
--
-- Reads: quality_remarks, communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    r.remark_id,
    r.kind,
    r.subject,
    r.community_code,
    c.community_name,
    r.detail,
    r.noted_at
FROM quality_remarks AS r
LEFT JOIN communities AS c ON r.community_code = c.community_code
WHERE r.told_at IS NULL
ORDER BY r.kind, r.community_code NULLS FIRST, r.subject
