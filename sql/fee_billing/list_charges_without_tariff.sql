-- Charges held back because the tariff they were posted by is gone, where they are not listed as without tariff already.
--
-- Reads: due_holds, due_exceptions (temporary)
-- Writes: due_exceptions (temporary), one row per month, community, charge and use
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, unit_use, units, detail)
SELECT
    'no_tariff',
    h.period,
    h.charge_kind || '/' || h.unit_use,
    h.community_code,
    h.charge_kind,
    h.unit_use,
    count(*),
    jsonb_build_object('first_unit', min(h.unit_code))
FROM due_holds AS h
WHERE
    h.reason = 'no_tariff'
    AND h.unit_use IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM due_exceptions AS e
        WHERE
            e.kind = 'no_tariff'
            AND e.community_code = h.community_code
            AND e.period = h.period
            AND e.subject = h.charge_kind || '/' || h.unit_use
    )
GROUP BY h.period, h.charge_kind, h.unit_use, h.community_code
