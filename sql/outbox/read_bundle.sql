-- The files of one bundle, in the order they stand in the mail.
-- Reads: attachment_bundle_files, message_files
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   bundle_digest (text): the bundle
SELECT
    placed.file_name AS file_name,
    placed.content_type AS content_type,
    placed.content_id AS content_id,
    file.content AS content
FROM attachment_bundle_files AS placed
INNER JOIN message_files AS file ON placed.file_digest = file.file_digest
WHERE placed.bundle_digest = CAST(:bundle_digest AS text)
ORDER BY placed.position
