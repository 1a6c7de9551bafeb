-- What a billing run to be explained does not bill, and why.
--
-- Reads: billing_exceptions
-- Writes: nothing (one row per exception; those nobody released first)
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
SELECT
    e.kind AS kind,
    e.period AS period,
    e.subject AS subject,
    e.unit_code AS unit_code,
    e.meter_code AS meter_code,
    e.charge_kind AS charge_kind,
    e.unit_use AS unit_use,
    e.units AS units,
    e.detail AS detail,
    e.case_code AS case_code,
    e.released_by AS released_by,
    e.release_reason AS release_reason
FROM billing_exceptions AS e
WHERE e.run_code = :run_code
ORDER BY e.released_at IS NOT NULL, e.kind, e.period, e.subject
