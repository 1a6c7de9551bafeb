-- CB-04, 05: a care or prospect contact is satisfied by any call of ours that reached the customer since it is due: an
-- answered outbound call, or another callback. A call that came in satisfies nothing.
--
-- Reads: callback_contacts, called_communities (temporary), calls, callbacks
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact that ended
-- Rerun: nothing more: only planned ones
--
-- Params:
--   at (timestamptz): instant of the day planned, inclusive; facts after it are invisible
--   run_id (bigint): run that does it
WITH open_contacts AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.customer_code,
        x.triggered_at,
        x.callback_code
    FROM callback_contacts AS x
    LEFT JOIN called_communities AS k ON x.community_code = k.community_code
    WHERE
        x.state = 'planned'
        AND x.trigger IN ('care', 'prospect')
        AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
),

reached AS (
    SELECT
        o.rule_code,
        o.subject,
        o.occasion,
        c.started_at AS reached_at,
        'call:' || c.call_code AS satisfied_by
    FROM open_contacts AS o
    INNER JOIN calls AS c ON o.customer_code = c.customer_code AND o.triggered_at <= c.started_at
    WHERE
        c.direction = 'out'
        AND c.answered
        AND c.started_at >= (SELECT min(m.triggered_at) FROM open_contacts AS m)
        AND c.started_at <= CAST(:at AS timestamptz)
    UNION ALL
    SELECT
        o.rule_code,
        o.subject,
        o.occasion,
        b.closed_at AS reached_at,
        'callback:' || b.callback_code AS satisfied_by
    FROM open_contacts AS o
    INNER JOIN callbacks AS b
        ON
            o.customer_code = b.customer_code
            AND o.triggered_at <= b.closed_at
            AND o.callback_code <> b.callback_code
    WHERE b.state = 'reached' AND b.closed_at <= CAST(:at AS timestamptz)
),

earliest AS (
    SELECT DISTINCT ON (r.rule_code, r.subject, r.occasion)
        r.rule_code,
        r.subject,
        r.occasion,
        r.satisfied_by
    FROM reached AS r
    ORDER BY r.rule_code ASC, r.subject ASC, r.occasion ASC, r.reached_at ASC, r.satisfied_by ASC
),

satisfied AS (
    UPDATE callback_contacts AS x
    SET
        state = 'satisfied',
        closed_at = CAST(:at AS timestamptz),
        closed_reason = 'satisfied',
        satisfied_by = e.satisfied_by,
        run_id = CAST(:run_id AS bigint)
    FROM earliest AS e
    WHERE
        x.rule_code = e.rule_code
        AND x.subject = e.subject
        AND x.occasion = e.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT s.callback_code
FROM satisfied AS s
