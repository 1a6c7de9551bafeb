-- Charges of units whose month is not cut, held back because a day of it has no tariff, or two.
--
-- Reads: due_units, due_rates, due_replacements, due_tariffs (temporary)
-- Writes: due_holds (temporary), one row per month, unit and charge
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, unit_use, reason)
SELECT
    u.community_code,
    u.period,
    u.unit_code,
    r.charge_kind,
    'tariff',
    u.unit_use,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM due_tariffs AS t
            WHERE
                t.community_code = r.community_code
                AND t.period = r.period
                AND t.charge_kind = r.charge_kind
                AND t.unit_use = r.unit_use
                AND t.tariffs > 1
        ) THEN 'tariff_tie'
        ELSE 'tariff_gap'
    END
FROM due_units AS u
INNER JOIN due_rates AS r
    ON u.community_code = r.community_code AND u.period = r.period AND u.unit_use = r.unit_use AND NOT r.is_clean
WHERE
    NOT u.is_cut
    AND NOT EXISTS (
        SELECT 1
        FROM due_replacements AS k
        WHERE
            k.community_code = u.community_code
            AND k.period = u.period
            AND k.unit_code = u.unit_code
            AND k.charge_kind = r.charge_kind
    )
