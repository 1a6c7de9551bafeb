-- The files attached to one mail.
-- Reads: attachment_bundle_files, message_files
-- Writes: nothing (one row per file, in the order of the mail)
-- Rerun: reads only
-- Params:
--   bundle_digest (text): the mail's set of attachments
SELECT
    f.position AS position,
    f.file_name AS file_name,
    f.content_type AS content_type,
    length(c.content) AS size_bytes
FROM attachment_bundle_files AS f
INNER JOIN message_files AS c ON f.file_digest = c.file_digest
WHERE
    f.bundle_digest = :bundle_digest
    AND f.content_id IS NULL
ORDER BY f.position ASC
