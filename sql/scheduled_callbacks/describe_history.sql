-- What agents ought to know before they call: the tries of the callback so far, and the last talk with the customer.
--
-- The last talk is an earlier callback that reached the customer, or a call that somebody took, in the year before;
-- the newest of them. Of the callback's own tries the newest four.
--
-- Reads: callbacks, callback_attempts, callback_results, calls, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_codes (text[]): callbacks wanted
--   until (timestamptz): what happened later is not shown; inclusive
WITH wanted AS (
    SELECT
        b.callback_code,
        b.customer_code
    FROM (
        SELECT DISTINCT u.callback_code
        FROM unnest(CAST(:callback_codes AS text[])) AS u (callback_code)
    ) AS w
    INNER JOIN callbacks AS b ON w.callback_code = b.callback_code
),

tries AS (
    SELECT
        w.callback_code,
        'try' AS kind,
        a.attempted_at AS happened_at,
        a.outcome,
        a.satisfaction,
        a.staff_code,
        a.call_later_at,
        r.comment,
        row_number() OVER (PARTITION BY w.callback_code ORDER BY a.attempted_at DESC) AS back
    FROM wanted AS w
    INNER JOIN callback_attempts AS a ON w.callback_code = a.callback_code
    INNER JOIN callback_results AS r ON a.callback_code = r.callback_code AND a.attempted_at = r.attempted_at
    WHERE a.verdict <> 'superseded' AND a.attempted_at <= CAST(:until AS timestamptz)
),

recent_calls AS (
    SELECT
        k.customer_code,
        k.direction,
        k.started_at,
        k.staff_code,
        row_number() OVER (PARTITION BY k.customer_code ORDER BY k.started_at DESC, k.call_code DESC) AS back
    FROM calls AS k
    WHERE
        k.answered
        AND k.started_at <= CAST(:until AS timestamptz)
        AND k.started_at > CAST(:until AS timestamptz) - interval '365 days'
        AND k.customer_code IN (
            SELECT w.customer_code
            FROM wanted AS w
        )
),

talks AS (
    SELECT
        w.callback_code,
        'callback' AS kind,
        e.attempted_at AS happened_at,
        e.satisfaction,
        e.staff_code,
        e.comment
    FROM wanted AS w
    CROSS JOIN
        LATERAL (
            SELECT
                r.attempted_at,
                r.satisfaction,
                r.staff_code,
                r.comment
            FROM callbacks AS p
            INNER JOIN callback_results AS r ON p.callback_code = r.callback_code
            WHERE
                p.customer_code = w.customer_code
                AND p.callback_code <> w.callback_code
                AND p.closed_at <= CAST(:until AS timestamptz)
                AND p.closed_at > CAST(:until AS timestamptz) - interval '365 days'
                AND p.state = 'reached'
                AND r.outcome = 'reached'
                AND r.attempted_at <= CAST(:until AS timestamptz)
            ORDER BY p.closed_at DESC, r.attempted_at ASC
            LIMIT 1
        ) AS e

    UNION ALL

    SELECT
        w.callback_code,
        CASE WHEN k.direction = 'in' THEN 'call_in' ELSE 'call_out' END AS kind,
        k.started_at AS happened_at,
        NULL AS satisfaction,
        k.staff_code,
        NULL AS comment
    FROM wanted AS w
    INNER JOIN recent_calls AS k ON w.customer_code = k.customer_code AND k.back = 1
),

newest_talks AS (
    SELECT DISTINCT ON (t.callback_code)
        t.callback_code,
        t.kind,
        t.happened_at,
        t.satisfaction,
        t.staff_code,
        t.comment
    FROM talks AS t
    ORDER BY t.callback_code ASC, t.happened_at DESC, t.kind ASC
)

SELECT
    h.callback_code,
    h.kind,
    h.happened_at,
    h.outcome,
    h.satisfaction,
    h.call_later_at,
    s.staff_name,
    h.comment
FROM (
    SELECT
        y.callback_code,
        y.kind,
        y.happened_at,
        y.outcome,
        y.satisfaction,
        y.call_later_at,
        y.staff_code,
        y.comment
    FROM tries AS y
    WHERE y.back <= 4

    UNION ALL

    SELECT
        n.callback_code,
        n.kind,
        n.happened_at,
        NULL AS outcome,
        n.satisfaction,
        NULL AS call_later_at,
        n.staff_code,
        n.comment
    FROM newest_talks AS n
) AS h
LEFT JOIN staff AS s ON h.staff_code = s.staff_code
ORDER BY h.callback_code ASC, h.happened_at DESC, h.kind ASC
