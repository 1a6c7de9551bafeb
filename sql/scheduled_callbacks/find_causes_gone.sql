-- Contacts whose cause is gone end: the case was reopened, or its fact does not stand any more, or the community is served
-- from a later day than it; the rule was switched off; the prospect was dropped or is none any more; the customer must not
-- be called any more (care and prospects; about service the channel changes instead); the case was corrected and concerns
-- somebody else, who gets a contact instead.
--
-- Reads: open_contacts, looked_cases, case_facts (temporary), callback_rules, dropped_prospects, cases, occupancies
-- Writes: contact_ends (temporary), one row per contact
-- Rerun: no row for what is found already
--
-- Params:
--   at (timestamptz): instant of the day planned, inclusive; facts after it are invisible
WITH judged AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.case_code,
        CASE
            WHEN
                l.case_code IS NOT NULL
                AND NOT EXISTS (
                    SELECT 1
                    FROM case_facts AS f
                    WHERE
                        f.case_code = x.case_code
                        AND f.trigger = x.trigger
                        AND (f.occasion = substring(x.occasion, '^[0-9]+') OR f.triggered_at = x.triggered_at)
                        AND f.triggered_at <= CAST(:at AS timestamptz)
                        AND coalesce(f.reopened_at > CAST(:at AS timestamptz), TRUE)
                )
                THEN 'reopened'
            WHEN x.case_code IS NOT NULL AND x.triggered_at < x.live_at THEN 'reopened'
            WHEN r.rule_code IS NULL THEN 'rule_gone'
            WHEN d.customer_code IS NOT NULL THEN 'dropped'
            WHEN x.trigger = 'prospect' AND x.customer_type <> 'prospect' THEN 'customer_gone'
            WHEN x.trigger IN ('care', 'prospect') AND x.is_not_to_be_called THEN 'do_not_call'
            WHEN
                l.case_code IS NOT NULL
                AND coalesce(x.customer_code, '') <> coalesce(k.customer_code, o.customer_code, '')
                THEN 'customer_gone'
        END AS reason
    FROM open_contacts AS x
    LEFT JOIN looked_cases AS l ON x.case_code = l.case_code
    LEFT JOIN cases AS k ON l.case_code = k.case_code
    LEFT JOIN LATERAL (
        SELECT p.customer_code
        FROM occupancies AS p
        WHERE
            k.customer_code IS NULL
            AND p.community_code = k.community_code
            AND p.unit_code = k.unit_code
            AND p.start_date <= CAST(k.opened_at AT TIME ZONE 'Asia/Shanghai' AS date)
            AND coalesce(p.end_date >= CAST(k.opened_at AT TIME ZONE 'Asia/Shanghai' AS date), TRUE)
        ORDER BY p.role DESC, p.pays_fees DESC, p.start_date DESC, p.customer_code ASC
        LIMIT 1
    ) AS o ON TRUE
    LEFT JOIN callback_rules AS r ON x.rule_code = r.rule_code AND r.enabled IS NOT FALSE
    LEFT JOIN dropped_prospects AS d
        ON x.customer_code = d.customer_code AND x.trigger = 'prospect' AND d.returned_on IS NULL
)

INSERT INTO contact_ends (rule_code, subject, occasion, state, reason, is_fact_gone)
SELECT
    j.rule_code,
    j.subject,
    j.occasion,
    'cancelled' AS state,
    j.reason,
    j.reason = 'reopened' AND NOT EXISTS (
        SELECT 1
        FROM case_facts AS f
        WHERE
            f.case_code = j.case_code
            AND f.occasion = substring(j.occasion, '^[0-9]+')
            AND f.reopened_at <= CAST(:at AS timestamptz)
    ) AS is_fact_gone
FROM judged AS j
WHERE j.reason IS NOT NULL
ON CONFLICT (rule_code, subject, occasion) DO NOTHING
