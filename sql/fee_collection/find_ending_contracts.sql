-- Parking and rent contracts about to end whose customer is due to be reminded, one row per contract.
--
-- Of several reminders that are due (after an outage) only the latest counts. None when as many contracts of the unit
-- and kind begin the day after as end that day: they are the renewals.
--
-- Reads: contracts, contract_reminders, communities, units, buildings, customers
-- Writes: nothing
-- Rerun: no rows once they are noted
--
-- Params:
--   on_day (date): day of the run
--   days (integer[]): days before the end on which reminders are due
--   community_codes (text[]): communities served
WITH ending AS (
    SELECT
        k.contract_code,
        k.community_code,
        k.unit_code,
        k.customer_code,
        k.charge_kind,
        k.amount_month,
        k.start_date,
        k.end_date,
        k.end_date - CAST(:on_day AS date) AS days_left,
        (
            SELECT min(d.days_before)
            FROM unnest(CAST(:days AS integer[])) AS d (days_before)
            WHERE k.end_date - CAST(:on_day AS date) <= d.days_before
        ) AS days_before
    FROM contracts AS k
    WHERE
        k.charge_kind IN ('parking', 'rent')
        AND k.start_date <= CAST(:on_day AS date)
        AND k.end_date >= CAST(:on_day AS date)
        AND k.community_code = any(CAST(:community_codes AS text[]))
)

SELECT
    e.contract_code,
    e.community_code,
    m.community_name,
    e.unit_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    e.customer_code,
    c.customer_name,
    c.email,
    coalesce(c.preferred_language, 'zh') AS language,
    e.charge_kind,
    e.amount_month,
    e.start_date,
    e.end_date,
    e.days_left,
    e.days_before
FROM ending AS e
INNER JOIN communities AS m ON e.community_code = m.community_code
INNER JOIN units AS u ON e.community_code = u.community_code AND e.unit_code = u.unit_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
INNER JOIN customers AS c ON e.customer_code = c.customer_code
WHERE
    e.days_before IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM contract_reminders AS r
        WHERE r.contract_code = e.contract_code AND r.end_date = e.end_date AND r.days_before <= e.days_before
    )
    AND (
        SELECT count(*)
        FROM contracts AS n
        WHERE
            n.community_code = e.community_code
            AND n.unit_code = e.unit_code
            AND n.charge_kind = e.charge_kind
            AND n.start_date = e.end_date + 1
    ) < (
        SELECT count(*)
        FROM contracts AS n
        WHERE
            n.community_code = e.community_code
            AND n.unit_code = e.unit_code
            AND n.charge_kind = e.charge_kind
            AND n.end_date = e.end_date
    )
ORDER BY e.community_code, e.end_date, e.unit_code, e.contract_code
