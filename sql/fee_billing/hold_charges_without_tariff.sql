-- What was posted by a tariff that is not there any more on any day of the month: held back, so that a tariff that went
-- missing never becomes a credit. A charge that a contract stands for all month needs none. Where another use of the
-- same month still has a tariff, the charge is held only if the missing one is listed as an exception.
--
-- Reads: draft_posted, due_periods, due_units, due_segments, due_tariffs, due_amounts, due_exceptions (temporary),
-- contracts
-- Writes: due_holds (temporary), one row per month, unit and charge
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_holds (community_code, period, unit_code, charge_kind, charge_source, unit_use, reason)
WITH posted AS (
    SELECT
        q.community_code,
        q.period,
        q.unit_code,
        q.charge_kind,
        sum(q.amount) AS amount
    FROM draft_posted AS q
    WHERE q.charge_source = 'tariff'
    GROUP BY q.community_code, q.period, q.unit_code, q.charge_kind
),

due AS (
    SELECT
        a.community_code,
        a.period,
        a.unit_code,
        a.charge_kind,
        nullif(sum(a.amount), 0) AS amount
    FROM due_amounts AS a
    WHERE a.charge_source = 'tariff'
    GROUP BY a.community_code, a.period, a.unit_code, a.charge_kind
),

present AS (
    SELECT
        u.community_code,
        u.period,
        u.unit_code,
        u.unit_use,
        p.bill_from AS first_day,
        p.end_day
    FROM due_units AS u
    INNER JOIN due_periods AS p ON u.community_code = p.community_code AND u.period = p.period
    WHERE u.unit_use IS NOT NULL
    UNION ALL
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        s.unit_use,
        min(s.first_day),
        max(s.end_day)
    FROM due_segments AS s
    WHERE s.unit_use IS NOT NULL
    GROUP BY s.community_code, s.period, s.unit_code, s.unit_use
),

tariffed AS (
    SELECT DISTINCT
        t.community_code,
        t.period,
        t.charge_kind,
        t.unit_use
    FROM due_tariffs AS t
)

SELECT
    q.community_code,
    q.period,
    q.unit_code,
    q.charge_kind,
    'tariff',
    min(b.unit_use),
    'no_tariff'
FROM posted AS q
INNER JOIN present AS b
    ON q.community_code = b.community_code AND q.period = b.period AND q.unit_code = b.unit_code
LEFT JOIN tariffed AS t
    ON
        q.community_code = t.community_code
        AND q.period = t.period
        AND q.charge_kind = t.charge_kind
        AND b.unit_use = t.unit_use
LEFT JOIN due AS d
    ON
        q.community_code = d.community_code
        AND q.period = d.period
        AND q.unit_code = d.unit_code
        AND q.charge_kind = d.charge_kind
LEFT JOIN due_exceptions AS e
    ON
        e.kind = 'no_tariff'
        AND q.community_code = e.community_code
        AND q.period = e.period
        AND q.charge_kind = e.charge_kind
        AND b.unit_use = e.unit_use
WHERE
    t.unit_use IS NULL
    AND coalesce(d.amount, 0) < q.amount
    AND (d.amount IS NULL OR e.kind IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1
        FROM contracts AS k
        WHERE
            k.community_code = q.community_code
            AND k.unit_code = q.unit_code
            AND k.charge_kind = q.charge_kind
            AND k.start_date <= b.first_day
            AND (k.end_date IS NULL OR k.end_date + 1 >= b.end_day)
    )
GROUP BY q.community_code, q.period, q.unit_code, q.charge_kind
