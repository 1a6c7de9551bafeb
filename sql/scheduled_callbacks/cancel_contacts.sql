-- Contacts whose cause is gone end: the case was reopened, or its fact does not stand any more; the rule was switched
-- off; the prospect was dropped or is none any more; the customer must not be called any more (care and prospects; about
-- service the channel changes instead).
--
-- Reads: callback_contacts, looked_cases, case_facts, called_communities (temporary), callback_rules, customers,
--   dropped_prospects
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that ended
-- Rerun: nothing more: only planned ones
--
-- Params:
--   at (timestamptz): instant of the day planned, inclusive; facts after it are invisible
--   run_id (bigint): run that does it
WITH judged AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        CASE
            WHEN
                l.case_code IS NOT NULL
                AND NOT EXISTS (
                    SELECT 1
                    FROM case_facts AS f
                    WHERE
                        f.case_code = x.case_code
                        AND f.trigger = x.trigger
                        AND (f.occasion = x.occasion OR f.triggered_at = x.triggered_at)
                        AND f.triggered_at <= CAST(:at AS timestamptz)
                        AND coalesce(f.reopened_at > CAST(:at AS timestamptz), TRUE)
                )
                THEN 'reopened'
            WHEN r.rule_code IS NULL THEN 'rule_gone'
            WHEN d.customer_code IS NOT NULL THEN 'dropped'
            WHEN x.trigger = 'prospect' AND c.customer_type <> 'prospect' THEN 'customer_gone'
            WHEN c.do_not_call THEN 'do_not_call'
        END AS reason
    FROM callback_contacts AS x
    LEFT JOIN called_communities AS k ON x.community_code = k.community_code
    LEFT JOIN looked_cases AS l ON x.case_code = l.case_code
    LEFT JOIN callback_rules AS r ON x.rule_code = r.rule_code AND r.enabled IS NOT FALSE
    LEFT JOIN dropped_prospects AS d
        ON x.customer_code = d.customer_code AND x.trigger = 'prospect' AND d.returned_on IS NULL
    LEFT JOIN customers AS c ON x.customer_code = c.customer_code AND x.trigger IN ('care', 'prospect')
    WHERE
        x.state = 'planned'
        AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
),

cancelled AS (
    UPDATE callback_contacts AS x
    SET
        state = 'cancelled',
        closed_at = CAST(:at AS timestamptz),
        closed_reason = j.reason,
        explanation = CASE
            WHEN
                j.reason <> 'reopened'
                OR EXISTS (
                    SELECT 1
                    FROM case_facts AS f
                    WHERE
                        f.case_code = x.case_code
                        AND f.occasion = x.occasion
                        AND f.reopened_at <= CAST(:at AS timestamptz)
                )
                THEN x.explanation
            ELSE x.explanation || jsonb_build_object('fact_gone', TRUE)
        END,
        run_id = CAST(:run_id AS bigint)
    FROM judged AS j
    WHERE
        j.reason IS NOT NULL
        AND x.rule_code = j.rule_code
        AND x.subject = j.subject
        AND x.occasion = j.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT c.callback_code
FROM cancelled AS c
