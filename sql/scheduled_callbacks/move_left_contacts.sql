-- Contacts that fell due after the conversation that closed their callback, reported late: they are still to be made. They
-- go to the customer's planned callback, else to a new one, whose code is made as for the day's new callbacks. Where they
-- came from stays with them: a list of that callback was theirs too.
--
-- Reads: callback_contacts, callbacks
-- Writes: callbacks, one row per customer without a planned callback; callback_contacts, one row per contact left;
--     touched_callbacks (temporary), for their callbacks to be reckoned anew
-- Rerun: moves nothing
--
-- Params:
--   callback_codes (text[]): callbacks that were judged
--   day (date): day planned
--   run_id (bigint): run
WITH left_over AS (
    SELECT
        t.rule_code,
        t.subject,
        t.occasion,
        t.customer_code,
        t.case_code,
        t.community_code,
        t.not_before,
        t.due_by,
        t.channel,
        k.callback_code AS closed_code
    FROM callbacks AS k
    INNER JOIN callback_contacts AS t ON k.callback_code = t.callback_code
    WHERE
        k.callback_code = any(CAST(:callback_codes AS text[]))
        AND k.state <> 'planned'
        AND t.state = 'planned'
),

by_customer AS (
    SELECT
        coalesce(l.customer_code, l.case_code) AS whom,
        min(l.customer_code) AS customer_code,
        min(l.community_code) AS community_code,
        min(l.not_before) AS not_before,
        max(l.due_by) AS due_by,
        string_agg(DISTINCT l.rule_code, ',') AS rules,
        CASE
            WHEN bool_or(l.channel = 'call') THEN 'call'
            WHEN bool_or(l.channel = 'mail') THEN 'mail'
            ELSE 'manager'
        END AS channel
    FROM left_over AS l
    GROUP BY coalesce(l.customer_code, l.case_code)
),

named AS (
    SELECT
        b.*,
        o.callback_code AS open_code,
        coalesce(o.callback_code, n.callback_code) AS callback_code
    FROM by_customer AS b
    LEFT JOIN callbacks AS o ON b.customer_code = o.customer_code AND o.state = 'planned'
    CROSS JOIN
        LATERAL (
            SELECT s.callback_code
            FROM
                generate_series(1, 26) AS g (number),
                LATERAL (
                    SELECT
                        concat(
                            CASE b.channel WHEN 'call' THEN 'H' WHEN 'mail' THEN 'M' ELSE 'L' END,
                            to_char(CAST(:day AS date), 'YYMMDD'),
                            CASE WHEN g.number > 1 THEN chr(96 + g.number) END,
                            '-', b.whom
                        ) AS callback_code
                ) AS s
            WHERE
                NOT EXISTS (
                    SELECT 1
                    FROM callbacks AS c
                    WHERE c.callback_code = s.callback_code
                )
            ORDER BY g.number
            LIMIT 1
        ) AS n
),

planned AS (
    INSERT INTO callbacks (
        callback_code, rules, customer_code, community_code, not_before, due_by, state, channel, planned_on, run_id
    )
    SELECT
        n.callback_code,
        n.rules,
        n.customer_code,
        n.community_code,
        n.not_before,
        n.due_by,
        'planned',
        n.channel,
        CAST(:day AS date),
        CAST(:run_id AS bigint)
    FROM named AS n
    WHERE n.open_code IS NULL
    RETURNING callback_code
),

moved AS (
    UPDATE callback_contacts AS t
    SET
        callback_code = n.callback_code,
        explanation = t.explanation || jsonb_build_object('moved_from', l.closed_code),
        run_id = CAST(:run_id AS bigint)
    FROM left_over AS l
    INNER JOIN named AS n ON coalesce(l.customer_code, l.case_code) = n.whom
    WHERE t.rule_code = l.rule_code AND t.subject = l.subject AND t.occasion = l.occasion
    RETURNING t.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT DISTINCT m.callback_code
FROM moved AS m
