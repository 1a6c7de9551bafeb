-- What a billing run does not bill and why: what can be released first, then by kind, month and thing.
--
-- Reads: billing_exceptions
-- Writes: nothing; one row per exception
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
--   at_most (integer): exceptions listed
SELECT
    e.kind,
    e.period,
    e.subject,
    e.unit_code,
    e.meter_code,
    e.charge_kind,
    e.unit_use,
    e.units,
    e.detail,
    e.case_code,
    e.released_by,
    e.release_reason
FROM billing_exceptions AS e
WHERE e.run_code = CAST(:run_code AS text)
ORDER BY
    array_position(
        ARRAY[
            'abnormal_pool', 'negative_pool', 'two_payers', 'no_payer', 'tariff_tie', 'tariff_gap', 'falling_reading',
            'no_reading'
        ],
        e.kind
    ) ASC NULLS LAST,
    e.period DESC,
    e.kind ASC,
    e.subject ASC
LIMIT CAST(:at_most AS integer)
