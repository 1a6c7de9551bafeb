-- What the billing runs just written do not bill, with the reasons.
--
-- Reads: due_exceptions, draft_codes (temporary)
-- Writes: billing_exceptions, one row per run, reason, month and subject
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO billing_exceptions (
    run_code, kind, period, subject, community_code, unit_code, meter_code, charge_kind, unit_use, units, detail
)
SELECT
    c.run_code,
    e.kind,
    e.period,
    e.subject,
    e.community_code,
    e.unit_code,
    e.meter_code,
    e.charge_kind,
    e.unit_use,
    e.units,
    e.detail
FROM due_exceptions AS e
INNER JOIN draft_codes AS c ON e.community_code = c.community_code
