-- CB-04, 05: a care or prospect contact is satisfied by any call of ours that reached the customer since it is due: an
-- answered outbound call, or another callback. A call that came in satisfies nothing.
--
-- Reads: open_contacts (temporary), calls, callbacks
-- Writes: contact_ends (temporary), one row per contact
-- Rerun: no row for what is found already
--
-- Params:
--   at (timestamptz): instant of the day planned, inclusive; facts after it are invisible
WITH earliest AS (
    SELECT min(x.triggered_at) AS triggered_at
    FROM open_contacts AS x
    WHERE x.trigger IN ('care', 'prospect')
),

reached AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        c.started_at AS reached_at,
        'call:' || c.call_code AS satisfied_by
    FROM open_contacts AS x
    INNER JOIN calls AS c ON x.customer_code = c.customer_code AND x.triggered_at <= c.started_at
    WHERE
        x.trigger IN ('care', 'prospect')
        AND c.direction = 'out'
        AND c.answered
        AND c.started_at >= (SELECT e.triggered_at FROM earliest AS e)
        AND c.started_at <= CAST(:at AS timestamptz)
    UNION ALL
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        b.closed_at AS reached_at,
        'callback:' || b.callback_code AS satisfied_by
    FROM open_contacts AS x
    INNER JOIN callbacks AS b
        ON
            x.customer_code = b.customer_code
            AND x.triggered_at <= b.closed_at
            AND x.callback_code <> b.callback_code
    WHERE
        x.trigger IN ('care', 'prospect')
        AND b.state = 'reached'
        AND b.closed_at >= (SELECT e.triggered_at FROM earliest AS e)
        AND b.closed_at <= CAST(:at AS timestamptz)
)

INSERT INTO contact_ends (rule_code, subject, occasion, state, reason, satisfied_by)
SELECT DISTINCT ON (r.rule_code, r.subject, r.occasion)
    r.rule_code,
    r.subject,
    r.occasion,
    'satisfied' AS state,
    'satisfied' AS reason,
    r.satisfied_by
FROM reached AS r
ORDER BY r.rule_code ASC, r.subject ASC, r.occasion ASC, r.reached_at ASC, r.satisfied_by ASC
ON CONFLICT (rule_code, subject, occasion) DO NOTHING
