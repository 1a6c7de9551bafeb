-- Letters that are due: one per unit and customer with a bill whose next level has come; its level is the highest.
--
-- All letters of a customer and community share one mail or one print file (the first unit's building). Whoever got a
-- letter of the community that day already gets no second one.
--
-- Reads: overdue_bills, debtors, unvetted_notices (temporary), units, customers, dunning
-- Writes: planned_notices (temporary), one row per letter
-- Rerun: once per transaction
--
-- Params:
--   on_day (date): day of the run
CREATE TEMPORARY TABLE planned_notices ON COMMIT DROP AS
WITH stepping AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        max(o.next_level) AS level,
        sum(o.open_balance) AS amount,
        string_agg(o.bill_code || '=' || o.next_level || '=' || o.open_balance, ',' ORDER BY o.bill_code) AS bills
    FROM overdue_bills AS o
    WHERE o.next_level IS NOT NULL
    GROUP BY o.community_code, o.unit_code, o.customer_code
)

SELECT
    s.community_code,
    s.unit_code,
    s.customer_code,
    s.level,
    s.amount,
    s.bills,
    CASE WHEN c.email IS NULL THEN 'print' ELSE 'mail' END AS way,
    u.building_code AS unit_building_code,
    CASE
        WHEN c.email IS NULL
            THEN first_value(u.building_code) OVER (
                PARTITION BY s.community_code, s.customer_code ORDER BY u.building_code, s.unit_code
            )
    END AS building_code
FROM stepping AS s
INNER JOIN debtors AS d
    ON s.community_code = d.community_code AND s.unit_code = d.unit_code AND s.customer_code = d.customer_code
INNER JOIN units AS u ON s.community_code = u.community_code AND s.unit_code = u.unit_code
INNER JOIN customers AS c ON s.customer_code = c.customer_code
WHERE
    d.is_over_minimum
    AND NOT d.is_disputed
    AND NOT EXISTS (
        SELECT 1
        FROM dunning AS n
        WHERE
            n.community_code = s.community_code
            AND n.customer_code = s.customer_code
            AND n.run_on = CAST(:on_day AS date)
            AND NOT EXISTS (
                SELECT 1
                FROM unvetted_notices AS v
                WHERE v.notice_code = n.notice_code
            )
    )
