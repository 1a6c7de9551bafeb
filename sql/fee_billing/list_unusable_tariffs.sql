-- Tariffs by consumption for a charge that no meter measures: nothing can be billed by them.
--
-- Reads: due_periods (temporary), tariffs
-- Writes: due_exceptions (temporary), one row per month and tariff
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
SELECT
    'unusable_tariff',
    p.period,
    t.tariff_code,
    t.community_code,
    t.charge_kind,
    t.unit_use,
    0,
    jsonb_build_object('tariff', t.tariff_code, 'basis', t.basis)
FROM due_periods AS p
INNER JOIN tariffs AS t ON p.community_code = t.community_code
WHERE
    t.basis = 'consumption'
    AND t.charge_kind IN ('property', 'parking', 'rent')
    AND t.valid_from < p.end_day
    AND (t.valid_to IS NULL OR t.valid_to >= p.bill_from)
