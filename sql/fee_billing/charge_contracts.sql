-- BILL-01, BILL-07: parking, rent and deposits by contract, billed to the contract's own customer: a monthly amount by its
-- days, rounded once, half up; an amount paid once in the month of the first day.
--
-- Example: 280.00 a month up to 19 December is 280 × 19 ÷ 31 = 171.61.
--
-- Reads: due_periods, due_units (temporary), contracts
-- Writes: due_amounts (temporary), one row per month and contract
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, quantity, rate, factor, amount,
    explanation
)
WITH months AS MATERIALIZED (
    SELECT
        p.community_code,
        p.period,
        p.bill_from,
        p.end_day,
        p.month_days,
        '{"segments": [{"from": "' || CAST(p.first_day AS text)
        || '", "to": "' || CAST(p.end_day - 1 AS text)
        || '", "days": ' || CAST(p.month_days AS text)
        || ', "of_days": ' || CAST(p.month_days AS text) AS whole_month
    FROM due_periods AS p
),

running AS (
    SELECT
        p.community_code,
        p.period,
        p.month_days,
        p.whole_month,
        k.unit_code,
        k.contract_code,
        k.customer_code,
        k.charge_kind,
        k.amount_month,
        k.amount_once,
        greatest(k.start_date, p.bill_from) AS first_day,
        least(coalesce(k.end_date + 1, p.end_day), p.end_day) AS end_day
    FROM months AS p
    INNER JOIN contracts AS k ON p.community_code = k.community_code
    WHERE
        k.start_date < p.end_day
        AND (k.end_date IS NULL OR k.end_date >= p.bill_from)
        AND (k.amount_month IS NOT NULL OR k.start_date >= p.bill_from)
)

SELECT
    r.community_code,
    r.unit_code,
    r.period,
    r.charge_kind,
    r.contract_code,
    r.customer_code,
    1,
    coalesce(r.amount_month, r.amount_once),
    1,
    coalesce(
        r.amount_once,
        CASE
            WHEN r.end_day - r.first_day = r.month_days THEN r.amount_month
            ELSE div(200 * r.amount_month * (r.end_day - r.first_day) + r.month_days, 2 * r.month_days) * 0.01
        END
    ),
    CASE
        WHEN r.amount_once IS NULL
            THEN CAST(
                -- The days of a whole month are the same text for all contracts of the community.
                CASE
                    WHEN r.end_day - r.first_day = r.month_days THEN r.whole_month
                    ELSE
                        '{"segments": [{"from": "' || CAST(r.first_day AS text)
                        || '", "to": "' || CAST(r.end_day - 1 AS text)
                        || '", "days": ' || CAST(r.end_day - r.first_day AS text)
                        || ', "of_days": ' || CAST(r.month_days AS text)
                END
                || ', "rate": "' || CAST(r.amount_month AS text)
                || '", "contract": ' || CAST(to_json(r.contract_code) AS text) || '}]}' AS jsonb
            )
        ELSE jsonb_build_object('once', CAST(r.amount_once AS text), 'on', r.first_day, 'contract', r.contract_code)
    END
FROM running AS r
INNER JOIN due_units AS u
    ON r.community_code = u.community_code AND r.period = u.period AND r.unit_code = u.unit_code
