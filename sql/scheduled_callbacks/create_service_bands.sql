-- Which rule holds for whom: for each kind of customer, stretches of days of service that do not overlap, each with the
-- rule of highest priority that covers it. One rule holds for a customer, however the rules overlap.
--
-- Worked example: monthly up to 365 days, quarterly from 365: two stretches, 0 to 364 and from 365 on.
--
-- Reads: periods_of_day (temporary)
-- Writes: service_bands (temporary), one row per scope, kind of customer and stretch
-- Rerun: after it was dropped
--
-- Params:
--   trigger (text): care or year_end
--   least_days (int): days of service from which a rule holds that says nothing of it, inclusive
CREATE TEMPORARY TABLE service_bands ON COMMIT DROP AS
WITH rules AS (
    SELECT
        p.scope,
        p.rule_code,
        p.customer_type,
        p.priority,
        coalesce(p.min_service_days, CAST(:least_days AS integer)) AS from_days,
        coalesce(p.max_service_days, 2147483647) AS to_days
    FROM periods_of_day AS p
    WHERE p.trigger = CAST(:trigger AS text)
),

edges AS (
    SELECT DISTINCT
        r.scope,
        k.customer_type,
        e.edge
    FROM rules AS r
    CROSS JOIN (VALUES ('owner'), ('tenant'), ('company')) AS k (customer_type)
    CROSS JOIN LATERAL (VALUES (r.from_days), (r.to_days)) AS e (edge)
),

stretches AS (
    SELECT
        e.scope,
        e.customer_type,
        e.edge AS from_days,
        lead(e.edge) OVER (PARTITION BY e.scope, e.customer_type ORDER BY e.edge) AS to_days
    FROM edges AS e
)

SELECT DISTINCT ON (s.scope, s.customer_type, s.from_days)
    s.scope,
    s.customer_type,
    s.from_days,
    s.to_days,
    r.rule_code,
    p.period,
    p.first_day AS period_from
FROM stretches AS s
INNER JOIN rules AS r
    ON
        s.scope = r.scope
        AND s.customer_type = coalesce(r.customer_type, s.customer_type)
        AND s.from_days >= r.from_days
        AND s.to_days <= r.to_days
INNER JOIN periods_of_day AS p ON r.scope = p.scope AND r.rule_code = p.rule_code
ORDER BY s.scope, s.customer_type, s.from_days, r.priority, r.rule_code
