-- The lines of bills as their papers show them: a bill's own month first, then earlier months, newest first; a correction
-- with the explanation of the line it corrects.
--
-- Reads: bill_lines, billing_runs
-- Writes: nothing; one row per line of the bills given
-- Rerun: reads only
--
-- Params:
--   batch_nos (integer[]): batch of each bill
--   bill_codes (text[]): the bills
SELECT
    l.bill_code,
    l.charge_kind,
    l.charge_source,
    l.period,
    l.quantity,
    l.rate,
    l.factor,
    l.amount,
    l.relief,
    l.explanation,
    l.correction_no,
    p.explanation AS explanation_before
FROM unnest(CAST(:batch_nos AS integer[]), CAST(:bill_codes AS text[])) AS k (batch_no, bill_code)
INNER JOIN bill_lines AS l ON k.batch_no = l.batch_no AND k.bill_code = l.bill_code
LEFT JOIN LATERAL (
    SELECT x.explanation
    FROM jsonb_array_elements_text(l.explanation #> '{correction,bills}') AS e (bill_code)
    INNER JOIN billing_runs AS r ON r.run_code = regexp_replace(e.bill_code, '-[0-9]+$', '')
    INNER JOIN bill_lines AS x
        ON
            r.batch_no = x.batch_no
            AND e.bill_code = x.bill_code
            AND l.charge_kind = x.charge_kind
            AND l.charge_source = x.charge_source
            AND l.period = x.period
    WHERE l.correction_no > 0
    ORDER BY x.correction_no DESC
    LIMIT 1
) AS p ON TRUE
ORDER BY l.bill_code ASC, l.period DESC, l.charge_kind ASC, l.charge_source ASC
