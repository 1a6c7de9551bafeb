-- The mails of one scope of an edition, those that are not sent first.
-- Reads: messages
-- Writes: nothing (one row per recipient)
-- Rerun: reads only
-- Params:
--   kind (text): kind of mail
--   business_key (text): period and scope
--   shown_edition (integer): edition as its readers know it
--   page_size (integer): rows at most
SELECT
    m.message_code AS message_code,
    m.recipient AS recipient,
    m.recipient_name AS recipient_name,
    m.state AS state,
    m.sent_at AS sent_at,
    m.attempts AS attempts,
    m.reply AS reply
FROM messages AS m
WHERE
    m.kind = CAST(:kind AS text)
    AND m.business_key = CAST(:business_key AS text)
    AND m.edition = CAST(:shown_edition AS integer)
ORDER BY (m.state = 'sent') ASC, m.recipient ASC
LIMIT CAST(:page_size AS integer)
