-- Keeps which files are in which bundle, under which name.
-- Reads: nothing but its parameters
-- Writes: attachment_bundle_files (one row per bundle and position)
-- Rerun: rows that are there are left alone
-- Params:
--   bundle_digests (text[]): bundle of each row
--   positions (integer[]): place in the mail, from 1
--   file_digests (text[]): file of each row
--   file_names (text[]): name the recipient sees
--   content_types (text[]): MIME type
--   content_ids (text[]): name the HTML shows it by; null: attached
INSERT INTO attachment_bundle_files (bundle_digest, position, file_digest, file_name, content_type, content_id)
SELECT
    offered.bundle_digest AS bundle_digest,
    offered.position AS position,
    offered.file_digest AS file_digest,
    offered.file_name AS file_name,
    offered.content_type AS content_type,
    offered.content_id AS content_id
FROM
    unnest(
        CAST(:bundle_digests AS text[]),
        CAST(:positions AS integer[]),
        CAST(:file_digests AS text[]),
        CAST(:file_names AS text[]),
        CAST(:content_types AS text[]),
        CAST(:content_ids AS text[])
    ) AS offered (bundle_digest, position, file_digest, file_name, content_type, content_id)
ORDER BY offered.bundle_digest, offered.position
ON CONFLICT (bundle_digest, position) DO NOTHING
