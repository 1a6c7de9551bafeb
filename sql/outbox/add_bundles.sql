-- Keeps sets of attachments, each once however many messages carry it.
-- Reads: nothing but its parameters
-- Writes: attachment_bundles (one row per bundle digest)
-- Rerun: a bundle that is there is left alone
-- Params:
--   bundle_digests (text[]): SHA-256 of names, types and contents in order, hexadecimal
INSERT INTO attachment_bundles (bundle_digest)
SELECT offered.bundle_digest AS bundle_digest
FROM unnest(CAST(:bundle_digests AS text[])) AS offered (bundle_digest)
ORDER BY offered.bundle_digest
ON CONFLICT (bundle_digest) DO NOTHING
