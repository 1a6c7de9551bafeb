-- How what became due is made: by telephone, unless nobody is known, the customer must not be called, or has no number,
-- or only one that proved wrong: then by mail, without an address on the manager's list. A questionnaire goes by mail;
-- who has no address is asked by telephone. Prospects are telephoned only.
--
-- Reads: new_contacts (temporary), customers, callback_bad_numbers
-- Writes: new_contacts
-- Rerun: only those without a channel
--
-- Params: none
WITH hindrances AS (
    SELECT
        n.rule_code,
        n.subject,
        n.occasion,
        n.trigger = 'paid_service_done' AS is_questionnaire,
        c.email IS NOT NULL AS has_address,
        CASE
            WHEN n.customer_code IS NULL THEN 'no_customer'
            WHEN c.do_not_call THEN 'do_not_call'
            WHEN c.phone IS NULL THEN 'no_phone'
            WHEN b.customer_code IS NOT NULL THEN 'bad_number'
        END AS hindrance
    FROM new_contacts AS n
    LEFT JOIN customers AS c ON n.customer_code = c.customer_code
    LEFT JOIN callback_bad_numbers AS b ON c.customer_code = b.customer_code AND c.phone = b.phone
    WHERE n.channel IS NULL
)

UPDATE new_contacts AS n
SET
    channel = CASE
        WHEN n.trigger = 'prospect' THEN 'call'
        WHEN h.has_address AND (h.is_questionnaire OR h.hindrance IS NOT NULL) THEN 'mail'
        WHEN h.hindrance IS NOT NULL THEN 'manager'
        ELSE 'call'
    END,
    channel_reason = CASE
        WHEN n.trigger = 'prospect' THEN NULL
        WHEN h.has_address AND h.is_questionnaire THEN 'questionnaire'
        ELSE h.hindrance
    END
FROM hindrances AS h
WHERE n.rule_code = h.rule_code AND n.subject = h.subject AND n.occasion = h.occasion
