-- The contacts that are open on the morning of a day, with what the register says of their customers: read once, for all
-- that a day makes of them.
--
-- Reads: callback_contacts, callbacks, customers, called_communities (temporary)
-- Writes: open_contacts (temporary), one row per planned contact of a community planned on the day, or of a prospect
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE open_contacts ON COMMIT DROP AS
SELECT
    x.rule_code,
    x.subject,
    x.occasion,
    x.trigger,
    x.customer_code,
    x.case_code,
    x.community_code,
    x.callback_code,
    x.triggered_at,
    x.not_before,
    x.due_by,
    x.channel,
    x.channel_reason,
    x.missed_at,
    CAST(x.explanation ->> 'known_on' AS date) AS known_on,
    coalesce(k.calendar_code, 'office') AS calendar_code,
    coalesce(k.grace_days, 0) AS grace_days,
    CAST(k.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at,
    b.channel AS callback_channel,
    b.attempts,
    b.promised_at,
    b.mailed_at,
    c.customer_type,
    c.phone,
    coalesce(c.do_not_call, FALSE) AS is_not_to_be_called,
    c.email IS NOT NULL AND x.explanation ->> 'letter_failed' IS NULL AS has_address
FROM callback_contacts AS x
INNER JOIN callbacks AS b ON x.callback_code = b.callback_code
LEFT JOIN called_communities AS k ON x.community_code = k.community_code
LEFT JOIN customers AS c ON x.customer_code = c.customer_code
WHERE
    x.state = 'planned'
    AND b.state = 'planned'
    AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
