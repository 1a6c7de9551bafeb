-- One mail: whom it went to, what became of it, and who decided.
-- Reads: messages, message_bodies, runs, mail_deliveries
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   message_code (text): the mail
SELECT
    m.message_no AS message_no,
    m.message_code AS message_code,
    m.kind AS kind,
    m.business_key AS business_key,
    m.edition AS edition,
    m.recipient AS recipient,
    m.recipient_name AS recipient_name,
    m.language AS language,
    m.subject AS subject,
    m.state AS state,
    m.is_urgent AS is_urgent,
    m.attempts AS attempts,
    m.created_at AS created_at,
    m.sent_at AS sent_at,
    m.not_before AS not_before,
    m.next_attempt_at AS next_attempt_at,
    m.reply_code AS reply_code,
    m.reply AS reply,
    m.message_id AS message_id,
    m.resolution AS resolution,
    m.resolved_by AS resolved_by,
    m.resolved_at AS resolved_at,
    m.bundle_digest AS bundle_digest,
    b.text_body AS text_body,
    r.run_code AS run_code,
    r.pipeline AS pipeline,
    d.server AS server,
    d.is_live AS is_live
FROM messages AS m
INNER JOIN message_bodies AS b ON m.body_digest = b.body_digest
LEFT JOIN runs AS r ON m.run_id = r.run_id
LEFT JOIN LATERAL (
    SELECT
        l.server AS server,
        l.is_live AS is_live
    FROM message_attempts AS a
    INNER JOIN mail_deliveries AS l ON a.delivery_id = l.delivery_id
    WHERE a.message_no = m.message_no
    ORDER BY a.attempt_id DESC
    LIMIT 1
) AS d ON TRUE
WHERE m.message_code = :message_code
