-- Metered use of units whose month is in pieces: rounded once over all of them, then split over the payers by what each
-- used, with largest remainder; a tie goes to the payer who paid first.
--
-- Units without exactly one payer a day are put in whole, to be held back with the unit.
--
-- Reads: due_metered, due_meter_pieces, due_meter_faults (temporary)
-- Writes: due_amounts (temporary), one row per month, meter and payer
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, charged_days, quantity, rate, factor,
    amount, explanation
)
WITH sound AS (
    SELECT d.*
    FROM due_metered AS d
    WHERE
        d.unit_code IS NOT NULL
        AND d.is_charged
        AND NOT EXISTS (
            SELECT 1
            FROM due_meter_faults AS f
            WHERE f.meter_code = d.meter_code AND f.period = d.period
        )
),

payers AS (
    SELECT
        s.meter_code,
        s.period,
        CASE WHEN s.has_payers THEN e.customer_code END AS customer_code,
        min(e.first_day) AS first_day,
        range_agg(daterange(e.first_day, e.end_day)) AS days,
        sum(e.quantity) AS quantity,
        sum(e.weight) AS weight,
        CASE WHEN min(e.rate) = max(e.rate) THEN min(e.rate) END AS rate
    FROM sound AS s
    INNER JOIN due_meter_pieces AS e ON s.meter_code = e.meter_code AND s.period = e.period
    WHERE e.tariffs = 1
    GROUP BY s.meter_code, s.period, CASE WHEN s.has_payers THEN e.customer_code END
),

floored AS (
    SELECT
        y.*,
        s.fen,
        count(*) OVER meter AS payers,
        CASE WHEN s.weight = 0 THEN 0 ELSE div(s.fen * y.weight, s.weight) END AS floor_fen,
        CASE WHEN s.weight = 0 THEN 0 ELSE mod(s.fen * y.weight, s.weight) END AS remainder
    FROM payers AS y
    INNER JOIN sound AS s ON y.meter_code = s.meter_code AND y.period = s.period
    WINDOW meter AS (PARTITION BY y.meter_code, y.period)
),

ranked AS (
    SELECT
        f.*,
        f.fen - sum(f.floor_fen) OVER (PARTITION BY f.meter_code, f.period) AS spare_fen,
        row_number() OVER (
            PARTITION BY f.meter_code, f.period
            ORDER BY f.remainder DESC, f.first_day ASC, f.customer_code ASC
        ) AS place
    FROM floored AS f
)

SELECT
    s.community_code,
    s.unit_code,
    s.period,
    s.charge_kind,
    s.meter_code,
    r.customer_code,
    CASE WHEN r.customer_code IS NULL THEN r.days END,
    CASE WHEN r.payers = 1 THEN s.use ELSE r.quantity END,
    r.rate,
    1,
    (r.floor_fen + CASE WHEN r.place <= r.spare_fen THEN 1 ELSE 0 END) * 0.01,
    CASE
        WHEN r.payers = 1 THEN s.explanation
        ELSE s.explanation || jsonb_build_object(
            'month', CAST(s.fen * 0.01 AS text), 'payer_use', CAST(r.quantity AS text)
        )
    END
FROM ranked AS r
INNER JOIN sound AS s ON r.meter_code = s.meter_code AND r.period = s.period
