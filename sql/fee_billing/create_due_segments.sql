-- The segments of the months that are cut: on all days of one, payer, area, use and discount stay the same.
--
-- The payer is the occupancy with pays_fees, on unsold days without one the developer. Days before a unit's first
-- version have no use: the unit was not there.
--
-- Reads: due_cuts, due_periods, due_discounts (temporary), units, unit_versions, occupancies
-- Writes: due_segments (temporary), one row per month, unit and segment
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_segments ON COMMIT DROP AS
WITH segments AS (
    SELECT
        c.community_code,
        c.period,
        c.unit_code,
        c.day AS first_day,
        lead(c.day, 1, p.end_day)
            OVER (PARTITION BY c.community_code, c.period, c.unit_code ORDER BY c.day) AS end_day,
        p.developer_code
    FROM due_cuts AS c
    INNER JOIN due_periods AS p ON c.community_code = p.community_code AND c.period = p.period
)

SELECT
    s.community_code,
    s.period,
    s.unit_code,
    s.first_day,
    s.end_day,
    s.end_day - s.first_day AS days,
    v.unit_use,
    v.area_m2,
    CASE
        WHEN o.payers > 0 THEN o.payers
        WHEN s.developer_code IS NOT NULL AND (u.handover_date IS NULL OR u.handover_date > s.first_day) THEN 1
        ELSE 0
    END AS payers,
    CASE
        WHEN o.payers = 1 THEN o.customer_codes[1]
        WHEN o.payers = 0 AND (u.handover_date IS NULL OR u.handover_date > s.first_day) THEN s.developer_code
    END AS customer_code,
    o.customer_codes,
    coalesce(d.factor, 1) AS factor,
    d.reason,
    d.application_code
FROM segments AS s
INNER JOIN units AS u ON s.community_code = u.community_code AND s.unit_code = u.unit_code
LEFT JOIN LATERAL (
    SELECT
        f.unit_use,
        f.area_m2
    FROM (
        SELECT
            w.unit_use,
            w.area_m2,
            w.valid_from
        FROM unit_versions AS w
        WHERE w.community_code = s.community_code AND w.unit_code = s.unit_code AND w.valid_from <= s.first_day
        UNION ALL
        SELECT
            u.unit_use,
            u.area_m2,
            CAST('-infinity' AS date)
        WHERE
            NOT EXISTS (
                SELECT 1
                FROM unit_versions AS w
                WHERE w.community_code = s.community_code AND w.unit_code = s.unit_code
            )
            AND (u.valid_from IS NULL OR u.valid_from <= s.first_day)
    ) AS f
    ORDER BY f.valid_from DESC
    LIMIT 1
) AS v ON TRUE
CROSS JOIN
    LATERAL (
        SELECT
            count(DISTINCT w.customer_code) AS payers,
            array_agg(DISTINCT w.customer_code ORDER BY w.customer_code) AS customer_codes
        FROM occupancies AS w
        WHERE
            w.community_code = s.community_code
            AND w.unit_code = s.unit_code
            AND w.pays_fees
            AND w.start_date <= s.first_day
            AND (w.end_date IS NULL OR w.end_date >= s.first_day)
    ) AS o
LEFT JOIN due_discounts AS d
    ON
        s.community_code = d.community_code
        AND s.period = d.period
        AND s.unit_code = d.unit_code
        AND s.first_day >= d.first_day
        AND s.first_day < d.end_day
