-- Days on which a contract stands in the place of the tariff of its kind.
--
-- Reads: due_periods, due_tariffs (temporary), contracts
-- Writes: due_replacements (temporary), one row per month, unit, charge and contract; clipped to the days billed
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_replacements ON COMMIT DROP AS
SELECT
    p.community_code,
    p.period,
    k.unit_code,
    k.charge_kind,
    greatest(k.start_date, p.bill_from) AS first_day,
    least(coalesce(k.end_date + 1, p.end_day), p.end_day) AS end_day
FROM due_periods AS p
INNER JOIN contracts AS k ON p.community_code = k.community_code
WHERE
    k.start_date < p.end_day
    AND (k.end_date IS NULL OR k.end_date >= p.bill_from)
    AND (p.community_code, p.period, k.charge_kind) IN (
        SELECT
            t.community_code,
            t.period,
            t.charge_kind
        FROM due_tariffs AS t
    )
