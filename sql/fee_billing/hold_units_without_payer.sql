-- Units with an amount for whoever pays their fees, and a day on which nobody does, or two do: held back whole, never
-- guessed.
--
-- Reads: due_amounts, due_units, due_payers (temporary)
-- Writes: due_holds (temporary), one row per month, unit and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, reason)
WITH asked AS (
    SELECT
        a.community_code,
        a.period,
        a.unit_code,
        a.charge_kind,
        a.charge_source,
        bool_or(y.customer_code IS NOT NULL) AS is_paid
    FROM due_amounts AS a
    LEFT JOIN due_payers AS y
        ON
            a.community_code = y.community_code
            AND a.period = y.period
            AND a.unit_code = y.unit_code
            AND CASE WHEN a.charged_days IS NULL THEN y.is_there ELSE a.charged_days && daterange(y.first_day, y.end_day) END
    WHERE a.customer_code IS NULL
    GROUP BY a.community_code, a.period, a.unit_code, a.charge_kind, a.charge_source
),

by_unit AS (
    SELECT
        q.community_code,
        q.period,
        q.unit_code,
        NOT bool_and(q.is_paid) AS has_no_payer
    FROM asked AS q
    GROUP BY q.community_code, q.period, q.unit_code
)

SELECT
    u.community_code,
    u.period,
    u.unit_code,
    r.reason
FROM by_unit AS q
INNER JOIN due_units AS u
    ON q.community_code = u.community_code AND q.period = u.period AND q.unit_code = u.unit_code
CROSS JOIN LATERAL (
    SELECT 'no_payer' AS reason
    WHERE u.fewest_payers = 0 OR (q.has_no_payer AND u.most_payers < 2)
    UNION ALL
    SELECT 'two_payers'
    WHERE u.most_payers > 1
) AS r
