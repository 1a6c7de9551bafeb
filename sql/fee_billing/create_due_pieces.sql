-- Segments of cut months met with the tariffs of their days, without the days a contract stands for.
--
-- Reads: due_segments, due_tariffs, due_replacements (temporary)
-- Writes: due_pieces (temporary), one row per month, unit, charge and piece of days with one rate, quantity and factor
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_pieces ON COMMIT DROP AS
SELECT
    s.community_code,
    s.period,
    s.unit_code,
    s.unit_use,
    t.charge_kind,
    greatest(s.first_day, t.first_day) AS first_day,
    least(s.end_day, t.end_day) AS end_day,
    t.tariffs,
    t.tariff_code,
    t.basis,
    t.rate,
    CASE t.basis WHEN 'fixed_month' THEN 1 ELSE s.area_m2 END AS quantity,
    CASE WHEN t.charge_kind IN ('property', 'shared_water', 'shared_electricity') THEN s.factor ELSE 1 END AS factor,
    CASE WHEN t.charge_kind IN ('property', 'shared_water', 'shared_electricity') THEN s.reason END AS reason,
    CASE
        WHEN t.charge_kind IN ('property', 'shared_water', 'shared_electricity') THEN s.application_code
    END AS application_code
FROM due_segments AS s
INNER JOIN due_tariffs AS t
    ON
        s.community_code = t.community_code
        AND s.period = t.period
        AND s.unit_use = t.unit_use
        AND s.first_day < t.end_day
        AND s.end_day > t.first_day
WHERE
    NOT EXISTS (
        SELECT 1
        FROM due_replacements AS k
        WHERE
            k.community_code = s.community_code
            AND k.period = s.period
            AND k.unit_code = s.unit_code
            AND k.charge_kind = t.charge_kind
            AND k.first_day <= s.first_day
            AND k.end_day > s.first_day
    )
