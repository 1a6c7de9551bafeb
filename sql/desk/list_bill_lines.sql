-- The lines of a bill, the month billed first, then corrections of earlier months.
-- Reads: bill_lines
-- Writes: nothing (one row per line)
-- Rerun: reads only
-- Params:
--   bill_code (text): the bill
--   batch_no (integer): its batch
SELECT
    l.bill_code AS bill_code,
    l.charge_kind AS charge_kind,
    l.charge_source AS charge_source,
    l.period AS period,
    l.quantity AS quantity,
    l.rate AS rate,
    l.factor AS factor,
    l.amount AS amount,
    l.relief AS relief,
    l.explanation AS explanation,
    l.community_code AS community_code,
    l.unit_code AS unit_code,
    l.customer_code AS customer_code,
    l.correction_no AS correction_no
FROM bill_lines AS l
WHERE l.batch_no = :batch_no AND l.bill_code = :bill_code
ORDER BY
    l.period DESC,
    coalesce(
        array_position(
            CAST(
                ARRAY[
                    'property', 'parking', 'rent', 'water', 'electricity', 'shared_water', 'shared_electricity',
                    'paid_service', 'late_fee', 'deposit', 'agency_deposit'
                ] AS text[]
            ),
            l.charge_kind
        ),
        99
    ) ASC,
    l.charge_kind ASC,
    l.charge_source ASC
