-- Keeps attached files, each once however many bundles carry it.
-- Reads: nothing but its parameters
-- Writes: message_files (one row per file digest)
-- Rerun: a file that is there is left alone
-- Params:
--   file_digests (text[]): SHA-256 of the contents, hexadecimal
--   contents (bytea[]): the files' bytes, in the same order
INSERT INTO message_files (file_digest, content)
SELECT
    offered.file_digest AS file_digest,
    offered.content AS content
FROM unnest(CAST(:file_digests AS text[]), CAST(:contents AS bytea[])) AS offered (file_digest, content)
ORDER BY offered.file_digest
ON CONFLICT (file_digest) DO NOTHING
