-- Keeps mail bodies, each once however many messages carry it.
-- Reads: nothing but its parameters
-- Writes: message_bodies (one row per body digest)
-- Rerun: a body that is there is left alone
-- Params:
--   body_digests (text[]): SHA-256 of both texts, hexadecimal
--   text_bodies (text[]): text alternatives, in the same order
--   html_bodies (text[]): HTML bodies, in the same order
INSERT INTO message_bodies (body_digest, text_body, html_body)
SELECT
    offered.body_digest AS body_digest,
    offered.text_body AS text_body,
    offered.html_body AS html_body
FROM
    unnest(
        CAST(:body_digests AS text[]), CAST(:text_bodies AS text[]), CAST(:html_bodies AS text[])
    ) AS offered (body_digest, text_body, html_body)
ORDER BY offered.body_digest
ON CONFLICT (body_digest) DO NOTHING
