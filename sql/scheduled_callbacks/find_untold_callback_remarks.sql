-- What the callback pipeline could not take as it is, or somebody must know of, and nobody was told of yet. What belongs
-- to no community served belongs to the company, as prospects do.
--
-- Reads: callback_remarks, called_communities (temporary), communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   scopes (text[]): communities told of, or the word prospects; blank: all
--   is_form_edited (boolean): edited forms alone, or all but these
SELECT
    r.remark_id,
    r.kind,
    r.subject,
    coalesce(r.community_code, 'prospects') AS community_code,
    m.community_name,
    r.detail,
    r.noted_at
FROM callback_remarks AS r
LEFT JOIN communities AS m ON r.community_code = m.community_code
WHERE
    r.told_at IS NULL
    AND (r.kind = 'form_edited') = CAST(:is_form_edited AS boolean)
    AND coalesce(coalesce(r.community_code, 'prospects') = any(CAST(:scopes AS text[])), TRUE)
ORDER BY r.kind, r.community_code, r.subject
