-- Charges of units whose month is cut, held back because one of their days has no tariff, or two.
--
-- Reads: due_pieces (temporary)
-- Writes: due_holds (temporary), one row per month, unit and charge
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, unit_use, reason)
SELECT
    d.community_code,
    d.period,
    d.unit_code,
    d.charge_kind,
    'tariff',
    (array_agg(d.unit_use ORDER BY d.tariffs = 1 ASC, d.tariffs DESC, d.first_day ASC))[1],
    CASE WHEN max(d.tariffs) > 1 THEN 'tariff_tie' ELSE 'tariff_gap' END
FROM due_pieces AS d
GROUP BY d.community_code, d.period, d.unit_code, d.charge_kind
HAVING bool_or(d.tariffs <> 1)
