-- Who pays the fees of a unit on which days, for units with an amount that goes to whoever pays.
--
-- Days before a unit is there count only for what was done on such a day, a paid visit.
--
-- Reads: due_amounts, due_units, due_segments, due_periods (temporary)
-- Writes: due_payers (temporary), one row per month, unit and stretch of days with one payer; is_there: days on
-- which the unit is there
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_payers ON COMMIT DROP AS
WITH asked AS (
    SELECT DISTINCT
        a.community_code,
        a.period,
        a.unit_code
    FROM due_amounts AS a
    WHERE a.customer_code IS NULL
)

SELECT
    s.community_code,
    s.period,
    s.unit_code,
    s.customer_code,
    s.first_day,
    s.end_day,
    s.unit_use IS NOT NULL AS is_there
FROM asked AS q
INNER JOIN due_segments AS s
    ON q.community_code = s.community_code AND q.period = s.period AND q.unit_code = s.unit_code
WHERE s.customer_code IS NOT NULL
UNION ALL
SELECT
    u.community_code,
    u.period,
    u.unit_code,
    u.customer_code,
    p.bill_from,
    p.end_day,
    TRUE
FROM asked AS q
INNER JOIN due_units AS u
    ON q.community_code = u.community_code AND q.period = u.period AND q.unit_code = u.unit_code
INNER JOIN due_periods AS p ON u.community_code = p.community_code AND u.period = p.period
WHERE NOT u.is_cut AND u.customer_code IS NOT NULL
