-- Open contacts go another way when the customer's register row says so now: a number came or was lost, an address, the
-- wish not to be called. The same choice as for new ones; an address whose letter failed is none. What was mailed stays
-- as it is; what was to be telephoned, beside a letter that was sent, may become another letter.
--
-- Reads: open_contacts, contact_ends (temporary), callback_bad_numbers
-- Writes: contact_channels (temporary), one row per contact that changes
-- Rerun: after it was made anew
--
-- Params: none
WITH hindrances AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.channel AS former_channel,
        x.channel_reason AS former_reason,
        x.trigger = 'paid_service_done' AS is_questionnaire,
        x.has_address,
        CASE
            WHEN x.customer_code IS NULL THEN 'no_customer'
            WHEN x.is_not_to_be_called THEN 'do_not_call'
            WHEN x.phone IS NULL THEN 'no_phone'
            WHEN n.customer_code IS NOT NULL THEN 'bad_number'
        END AS hindrance
    FROM open_contacts AS x
    LEFT JOIN callback_bad_numbers AS n ON x.customer_code = n.customer_code AND x.phone = n.phone
    WHERE
        x.trigger <> 'prospect'
        AND (x.mailed_at IS NULL OR (x.callback_channel = 'call' AND x.channel = 'call'))
),

chosen AS (
    SELECT
        h.rule_code,
        h.subject,
        h.occasion,
        h.former_channel,
        h.former_reason,
        CASE
            WHEN h.has_address AND (h.is_questionnaire OR h.hindrance IS NOT NULL) THEN 'mail'
            WHEN h.hindrance IS NOT NULL THEN 'manager'
            ELSE 'call'
        END AS channel,
        CASE WHEN h.has_address AND h.is_questionnaire THEN 'questionnaire' ELSE h.hindrance END AS channel_reason
    FROM hindrances AS h
)

INSERT INTO contact_channels (rule_code, subject, occasion, channel, channel_reason)
SELECT
    c.rule_code,
    c.subject,
    c.occasion,
    c.channel,
    c.channel_reason
FROM chosen AS c
WHERE
    (c.former_channel, c.former_reason) IS DISTINCT FROM (c.channel, c.channel_reason)
    AND NOT EXISTS (
        SELECT 1
        FROM contact_ends AS e
        WHERE e.rule_code = c.rule_code AND e.subject = c.subject AND e.occasion = c.occasion
    )
