-- What is to be billed now: what should be billed less what is posted, per unit, charge, source, month and payer.
-- A key that has lines already gets a correction: its quantity, rate and factor are blank (they do not make the
-- difference), its explanation says what should be, what is posted so far and on which bills, and the difference.
--
-- Example: posted 235.20, should be 117.60: a line of -117.60, correction 1, for the month it concerns.
--
-- Reads: due_lines, due_holds, draft_posted (temporary)
-- Writes: draft_lines (temporary), one row per unit, charge, source, month and payer with a difference
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE draft_lines ON COMMIT DROP AS
WITH matched AS (
    SELECT
        coalesce(d.community_code, q.community_code) AS community_code,
        coalesce(d.unit_code, q.unit_code) AS unit_code,
        coalesce(d.period, q.period) AS period,
        coalesce(d.charge_kind, q.charge_kind) AS charge_kind,
        coalesce(d.charge_source, q.charge_source) AS charge_source,
        coalesce(d.customer_code, q.customer_code) AS customer_code,
        q.correction_no IS NOT NULL AS is_correction,
        q.correction_no,
        q.bill_codes,
        d.quantity,
        d.rate,
        d.factor,
        d.explanation,
        coalesce(d.amount, 0) AS due_amount,
        coalesce(d.relief, 0) AS due_relief,
        coalesce(q.amount, 0) AS posted_amount,
        coalesce(q.relief, 0) AS posted_relief
    FROM due_lines AS d
    FULL JOIN draft_posted AS q
        ON
            d.community_code = q.community_code
            AND d.unit_code = q.unit_code
            AND d.period = q.period
            AND d.charge_kind = q.charge_kind
            AND d.charge_source = q.charge_source
            AND d.customer_code = q.customer_code
)

SELECT
    m.community_code,
    m.unit_code,
    m.period,
    m.charge_kind,
    m.charge_source,
    m.customer_code,
    coalesce(m.correction_no + 1, 0) AS correction_no,
    CASE WHEN NOT m.is_correction THEN m.quantity END AS quantity,
    CASE WHEN NOT m.is_correction THEN m.rate END AS rate,
    CASE WHEN NOT m.is_correction THEN m.factor END AS factor,
    m.due_amount - m.posted_amount AS amount,
    m.due_relief - m.posted_relief AS relief,
    CASE
        WHEN m.is_correction
            THEN coalesce(m.explanation, '{}') || jsonb_build_object(
                'correction', jsonb_build_object(
                    'should_be', CAST(CAST(m.due_amount AS numeric(14, 2)) AS text),
                    'posted', CAST(CAST(m.posted_amount AS numeric(14, 2)) AS text),
                    'difference', CAST(CAST(m.due_amount - m.posted_amount AS numeric(14, 2)) AS text),
                    'bills', m.bill_codes
                )
            )
        ELSE m.explanation
    END AS explanation
FROM matched AS m
WHERE
    (m.due_amount <> m.posted_amount OR m.due_relief <> m.posted_relief)
    AND NOT EXISTS (
        SELECT 1
        FROM due_holds AS h
        WHERE
            h.community_code = m.community_code
            AND h.period = m.period
            AND h.unit_code = m.unit_code
            AND (h.charge_kind IS NULL OR h.charge_kind = m.charge_kind)
            AND (h.charge_source IS NULL OR h.charge_source = m.charge_source)
    )
