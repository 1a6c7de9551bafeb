-- The last edition each recipient has of some mails.
--
-- Reads: messages
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   kinds (text[]): kinds of mail
--   business_keys (text[]): what they tell of, in the same order
WITH asked AS (
    SELECT DISTINCT
        g.kind,
        g.business_key
    FROM unnest(CAST(:kinds AS text[]), CAST(:business_keys AS text[])) AS g (kind, business_key)
)

SELECT
    m.kind,
    m.business_key,
    m.recipient,
    max(m.edition) AS edition
FROM asked AS a
INNER JOIN messages AS m ON a.kind = m.kind AND a.business_key = m.business_key
GROUP BY m.kind, m.business_key, m.recipient
