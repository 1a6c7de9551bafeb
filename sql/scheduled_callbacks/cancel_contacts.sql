-- Contacts whose cause is gone end: the case was reopened, or its fact does not stand any more; the rule was switched
-- off; the prospect was dropped; the customer must not be called any more (care and prospects; about service the channel
-- changes instead), or lives and owns nothing with us any more.
--
-- Reads: callback_contacts, looked_cases, case_facts, called_communities (temporary), callback_rules, customers,
--   dropped_prospects, occupancies
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that ended
-- Rerun: nothing more: only planned ones
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant, inclusive; facts after it are invisible
--   run_id (bigint): run that does it
WITH open_contacts AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.trigger,
        x.customer_code,
        x.case_code,
        x.triggered_at
    FROM callback_contacts AS x
    LEFT JOIN called_communities AS k ON x.community_code = k.community_code
    WHERE
        x.state = 'planned'
        AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
        AND x.closed_at IS NULL
),

without_fact AS (
    SELECT
        o.rule_code,
        o.subject,
        o.occasion,
        o.case_code IN (
            SELECT f.case_code
            FROM case_facts AS f
            WHERE f.reopened_at <= CAST(:at AS timestamptz) AND f.occasion = o.occasion
        ) AS is_reopened
    FROM open_contacts AS o
    INNER JOIN looked_cases AS l ON o.case_code = l.case_code
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM case_facts AS f
            WHERE
                f.case_code = o.case_code
                AND f.trigger = o.trigger
                AND (f.occasion = o.occasion OR f.triggered_at = o.triggered_at)
                AND f.triggered_at <= CAST(:at AS timestamptz)
                AND coalesce(f.reopened_at > CAST(:at AS timestamptz), TRUE)
        )
),

gone AS (
    SELECT o.customer_code
    FROM open_contacts AS o
    WHERE o.trigger IN ('care', 'year_end')
    EXCEPT
    SELECT p.customer_code
    FROM occupancies AS p
    WHERE p.start_date <= CAST(:day AS date) AND coalesce(p.end_date >= CAST(:day AS date), TRUE)
),

judged AS (
    SELECT
        o.rule_code,
        o.subject,
        o.occasion,
        CASE
            WHEN w.rule_code IS NOT NULL THEN 'reopened'
            WHEN r.rule_code IS NULL THEN 'rule_gone'
            WHEN d.customer_code IS NOT NULL AND o.trigger = 'prospect' THEN 'dropped'
            WHEN o.trigger = 'prospect' AND c.customer_type <> 'prospect' THEN 'customer_gone'
            WHEN o.trigger IN ('care', 'prospect') AND c.do_not_call THEN 'do_not_call'
            WHEN g.customer_code IS NOT NULL AND o.trigger IN ('care', 'year_end') THEN 'customer_gone'
        END AS reason,
        coalesce(NOT w.is_reopened, FALSE) AS is_fact_gone
    FROM open_contacts AS o
    LEFT JOIN without_fact AS w ON o.rule_code = w.rule_code AND o.subject = w.subject AND o.occasion = w.occasion
    LEFT JOIN callback_rules AS r ON o.rule_code = r.rule_code AND r.enabled IS NOT FALSE
    LEFT JOIN dropped_prospects AS d ON o.customer_code = d.customer_code AND d.returned_on IS NULL
    LEFT JOIN customers AS c ON o.customer_code = c.customer_code AND o.trigger IN ('care', 'prospect')
    LEFT JOIN gone AS g ON o.customer_code = g.customer_code
),

cancelled AS (
    UPDATE callback_contacts AS x
    SET
        state = 'cancelled',
        closed_at = CAST(:at AS timestamptz),
        closed_reason = j.reason,
        explanation = CASE
            WHEN j.is_fact_gone THEN x.explanation || jsonb_build_object('fact_gone', TRUE)
            ELSE x.explanation
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
