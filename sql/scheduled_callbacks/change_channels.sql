-- Open contacts go another way when the customer's register row says so now: a number came or was lost, an address, the
-- wish not to be called. The same choice as for new ones; an address whose letter failed is none. What was mailed stays
-- as it is; what was to be telephoned, beside a letter that was sent, may become another letter.
--
-- Reads: callback_contacts, callbacks, called_communities (temporary), customers, callback_bad_numbers
-- Writes: callback_contacts, callbacks (mailed_at), touched_callbacks (temporary), one row per contact that changed
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
WITH hindrances AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.channel AS former_channel,
        x.channel_reason AS former_reason,
        x.trigger = 'paid_service_done' AS is_questionnaire,
        c.email IS NOT NULL AND x.explanation ->> 'letter_failed' IS NULL AS has_address,
        CASE
            WHEN x.customer_code IS NULL THEN 'no_customer'
            WHEN c.do_not_call THEN 'do_not_call'
            WHEN c.phone IS NULL THEN 'no_phone'
            WHEN n.customer_code IS NOT NULL THEN 'bad_number'
        END AS hindrance
    FROM callback_contacts AS x
    INNER JOIN called_communities AS k ON x.community_code = k.community_code
    INNER JOIN callbacks AS b ON x.callback_code = b.callback_code
    LEFT JOIN customers AS c ON x.customer_code = c.customer_code
    LEFT JOIN callback_bad_numbers AS n ON c.customer_code = n.customer_code AND c.phone = n.phone
    WHERE
        x.state = 'planned'
        AND x.trigger <> 'prospect'
        AND (b.mailed_at IS NULL OR (b.channel = 'call' AND x.channel = 'call'))
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
),

changed AS (
    UPDATE callback_contacts AS x
    SET channel = c.channel, channel_reason = c.channel_reason, run_id = CAST(:run_id AS bigint)
    FROM chosen AS c
    WHERE
        x.rule_code = c.rule_code
        AND x.subject = c.subject
        AND x.occasion = c.occasion
        AND (c.former_channel, c.former_reason) IS DISTINCT FROM (c.channel, c.channel_reason)
    RETURNING
        x.callback_code,
        x.channel
),

another_letter AS (
    UPDATE callbacks AS b
    SET mailed_at = NULL
    FROM changed AS g
    WHERE b.callback_code = g.callback_code AND g.channel = 'mail' AND b.mailed_at IS NOT NULL
)

INSERT INTO touched_callbacks (callback_code)
SELECT g.callback_code
FROM changed AS g
