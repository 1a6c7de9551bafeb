-- What a negative payment takes back: the payment its reference names, as far as that one's amount reaches.
--
-- Several that take back one payment are counted in the order of their days; one that does not fit waits in suspense,
-- and so does one whose payment is unknown or itself in suspense.
--
-- Reads: waiting_payments (temporary), payments, payment_assignments
-- Writes: judged_payments (temporary), one row per payment below zero
-- Rerun: once per judging, after what was paid was assigned
--
-- Params: none
INSERT INTO judged_payments (
    payment_code, state, community_code, unit_code, customer_code, reason, reverses, amount, assigned_by
)
WITH negatives AS (
    SELECT
        w.payment_code,
        w.received_on,
        w.community_code,
        w.unit_code,
        w.reference,
        w.amount,
        w.is_outside,
        w.state,
        w.named_by,
        q.payment_code AS reverses,
        q.amount AS given,
        h.state AS given_state,
        h.community_code AS given_community,
        h.unit_code AS given_unit,
        h.customer_code AS given_customer
    FROM (
        SELECT
            g.payment_code,
            g.received_on,
            g.community_code,
            g.unit_code,
            g.amount,
            g.is_outside,
            g.state,
            CASE WHEN g.held_digest = g.content_digest THEN g.held_by END AS named_by,
            CASE
                WHEN g.held_by IS NOT NULL AND g.held_digest = g.content_digest THEN g.held_reverses
                ELSE g.reference
            END AS reference
        FROM waiting_payments AS g
        WHERE g.amount < 0
    ) AS w
    LEFT JOIN payments AS q ON w.reference = q.payment_code AND q.amount > 0
    LEFT JOIN payment_assignments AS h ON q.payment_code = h.payment_code AND h.ended_at IS NULL
),

taken_before AS (
    SELECT
        a.reverses,
        -sum(a.amount) AS amount
    FROM payment_assignments AS a
    WHERE
        a.reverses IN (
            SELECT n.reverses
            FROM negatives AS n
        )
        AND a.ended_at IS NULL
        AND a.state = 'reversal'
        AND a.payment_code NOT IN (
            SELECT n.payment_code
            FROM negatives AS n
        )
    GROUP BY a.reverses
),

counted AS (
    SELECT
        n.payment_code,
        coalesce(t.amount, 0) - sum(n.amount) OVER (
            PARTITION BY n.reverses
            ORDER BY (n.state IS DISTINCT FROM 'reversal'), n.received_on, n.payment_code
        ) AS taken
    FROM negatives AS n
    LEFT JOIN taken_before AS t ON n.reverses = t.reverses
    WHERE n.given_customer IS NOT NULL AND NOT n.is_outside AND -n.amount <= n.given
),

judged AS (
    SELECT
        n.payment_code,
        CASE
            WHEN n.is_outside THEN 'before_live'
            WHEN n.reference IS NULL THEN 'no_reference'
            WHEN n.reverses IS NULL THEN 'unknown_reference'
            WHEN n.given_customer IS NULL THEN 'reference_not_assigned'
            WHEN c.taken IS NULL OR c.taken > n.given THEN 'more_than_paid'
        END AS held_back,
        n.is_outside,
        n.community_code,
        n.unit_code,
        n.amount,
        n.reverses,
        n.named_by,
        n.given_community,
        n.given_unit,
        n.given_customer
    FROM negatives AS n
    LEFT JOIN counted AS c ON n.payment_code = c.payment_code
)

SELECT
    j.payment_code,
    CASE WHEN j.held_back IS NULL THEN 'reversal' ELSE 'suspense' END AS state,
    CASE WHEN j.held_back IS NULL THEN j.given_community ELSE j.community_code END AS community_code,
    CASE
        WHEN j.held_back IS NULL THEN j.given_unit
        WHEN j.community_code IS NOT NULL THEN j.unit_code
    END AS unit_code,
    CASE WHEN j.held_back IS NULL THEN j.given_customer END AS customer_code,
    coalesce(j.held_back, CASE WHEN j.named_by IS NULL THEN 'reference' ELSE 'by_hand' END) AS reason,
    j.reverses,
    CASE WHEN j.is_outside THEN 0 ELSE j.amount END AS amount,
    CASE WHEN j.held_back IS NULL THEN j.named_by END AS assigned_by
FROM judged AS j
