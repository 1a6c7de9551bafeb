-- The units held back for their payers, with the days and the customers concerned, for the approval.
--
-- Reads: due_holds, due_amounts, due_units, due_segments, due_periods (temporary), occupancies
-- Writes: due_exceptions (temporary), one row per month, unit and reason
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, unit_code, unit_use, units, detail)
WITH stretches AS (
    SELECT
        h.community_code,
        h.period,
        h.unit_code,
        h.reason,
        s.first_day,
        s.end_day,
        s.customer_codes
    FROM due_holds AS h
    INNER JOIN due_segments AS s
        ON h.community_code = s.community_code AND h.period = s.period AND h.unit_code = s.unit_code
    WHERE
        h.charge_kind IS NULL
        AND CASE
            WHEN s.unit_use IS NOT NULL THEN CASE h.reason WHEN 'no_payer' THEN s.payers = 0 ELSE s.payers > 1 END
            -- A paid visit before the unit was there.
            ELSE h.reason = 'no_payer' AND s.payers <> 1 AND EXISTS (
                SELECT 1
                FROM due_amounts AS a
                WHERE
                    a.community_code = s.community_code
                    AND a.period = s.period
                    AND a.unit_code = s.unit_code
                    AND a.customer_code IS NULL
                    AND a.charged_days && daterange(s.first_day, s.end_day)
            )
        END
    UNION ALL
    SELECT
        h.community_code,
        h.period,
        h.unit_code,
        h.reason,
        p.bill_from,
        p.end_day,
        (
            SELECT array_agg(DISTINCT o.customer_code ORDER BY o.customer_code)
            FROM occupancies AS o
            WHERE
                o.community_code = h.community_code
                AND o.unit_code = h.unit_code
                AND o.pays_fees
                AND o.start_date <= p.bill_from
                AND (o.end_date IS NULL OR o.end_date >= p.bill_from)
        )
    FROM due_holds AS h
    INNER JOIN due_units AS u
        ON h.community_code = u.community_code AND h.period = u.period AND h.unit_code = u.unit_code AND NOT u.is_cut
    INNER JOIN due_periods AS p ON h.community_code = p.community_code AND h.period = p.period
    WHERE h.charge_kind IS NULL AND h.reason IN ('no_payer', 'two_payers')
)

SELECT
    s.reason,
    s.period,
    s.unit_code,
    s.community_code,
    s.unit_code,
    u.unit_use,
    1,
    jsonb_build_object(
        'stretches', jsonb_agg(
            jsonb_build_object('from', s.first_day, 'to', s.end_day - 1, 'customers', coalesce(s.customer_codes, '{}'))
            ORDER BY s.first_day
        ),
        'days', sum(s.end_day - s.first_day)
    )
FROM stretches AS s
INNER JOIN units AS u ON s.community_code = u.community_code AND s.unit_code = u.unit_code
GROUP BY s.reason, s.period, s.unit_code, s.community_code, u.unit_use
