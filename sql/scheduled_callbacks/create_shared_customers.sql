-- Customers who are still to be called within the period of the rule that holds for them: in occupancy on the day, of
-- their kind and days of service on the first of the month, without a contact in a period of the day, and, for care, not
-- reached in theirs by a call of ours or a callback. Each has a place in the period that never changes (a hash of the code).
--
-- A customer belongs to the community of the earliest occupancy in force, the owner's before the tenant's. Service began
-- on service_start, else with the first occupancy. do_not_call: no care; the year-end contact is not by telephone.
--
-- Reads: customers, occupancies, scopes_of_day, service_bands, new_contacts (temporary), callback_contacts, callbacks,
--        callback_results, callback_bad_numbers, calls
-- Writes: shared_customers (temporary), one row per customer; is_call: by telephone; is_joined: a callback is planned
--         that a contact for the year's end joins; bucket: the first eight bits of the place
-- Rerun: after it was dropped
--
-- Params:
--   trigger (text): care or year_end
--   day (date): day planned
--   at (timestamptz): instant it is planned at; later facts are invisible
--   periods (text[]): periods of the day
--   since (timestamptz): first instant of the earliest of them, for care; blank: nobody counts as reached
CREATE TEMPORARY TABLE shared_customers ON COMMIT DROP AS
WITH done AS (
    SELECT k.customer_code
    FROM callback_contacts AS k
    WHERE k.trigger = CAST(:trigger AS text) AND k.occasion = any(CAST(:periods AS text[]))
),

homes AS (
    SELECT
        c.customer_code,
        c.phone,
        c.customer_type,
        c.do_not_call IS TRUE AS is_silent,
        coalesce(c.service_start, min(o.start_date)) AS served_since,
        min(o.community_code) FILTER (WHERE o.end_date IS NULL OR o.end_date >= CAST(:day AS date)) AS lowest,
        max(o.community_code) FILTER (WHERE o.end_date IS NULL OR o.end_date >= CAST(:day AS date)) AS highest
    FROM customers AS c
    INNER JOIN occupancies AS o ON c.customer_code = o.customer_code
    WHERE
        o.start_date <= CAST(:day AS date)
        AND (c.do_not_call IS NOT TRUE OR CAST(:trigger AS text) = 'year_end')
        AND NOT EXISTS (
            SELECT 1
            FROM done AS k
            WHERE k.customer_code = o.customer_code
        )
    GROUP BY c.customer_code
),

several AS (
    SELECT DISTINCT ON (h.customer_code)
        h.customer_code,
        s.scope
    FROM homes AS h
    INNER JOIN occupancies AS o ON h.customer_code = o.customer_code
    INNER JOIN scopes_of_day AS s ON o.community_code = s.community_code
    WHERE
        h.lowest <> h.highest
        AND o.start_date <= CAST(:day AS date)
        AND (o.end_date IS NULL OR o.end_date >= CAST(:day AS date))
    ORDER BY h.customer_code, o.start_date, o.role, o.community_code, o.unit_code
),

talks AS (
    SELECT
        c.customer_code,
        c.started_at AS talked_at
    FROM calls AS c
    WHERE
        c.started_at >= CAST(:since AS timestamptz)
        AND c.started_at <= CAST(:at AS timestamptz)
        AND c.direction = 'out'
        AND c.answered
        AND c.customer_code IS NOT NULL
    UNION ALL
    SELECT
        b.customer_code,
        r.attempted_at AS talked_at
    FROM callback_results AS r
    INNER JOIN callbacks AS b ON r.callback_code = b.callback_code
    WHERE
        r.attempted_at >= CAST(:since AS timestamptz)
        AND r.attempted_at <= CAST(:at AS timestamptz)
        AND r.outcome = 'reached'
        AND r.attempted_at >= CAST(b.planned_on AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND b.customer_code IS NOT NULL
),

due AS (
    SELECT
        h.customer_code,
        h.phone,
        h.is_silent,
        b.scope,
        b.rule_code,
        b.period_from,
        CAST(date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) AS date) - h.served_since AS days_of_service
    FROM homes AS h
    LEFT JOIN several AS v ON h.customer_code = v.customer_code
    INNER JOIN service_bands AS b
        ON
            CASE WHEN h.lowest = h.highest THEN h.lowest ELSE v.scope END = b.scope
            AND h.customer_type = b.customer_type
            AND CAST(date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) AS date) - h.served_since >= b.from_days
            AND CAST(date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) AS date) - h.served_since < b.to_days
)

SELECT
    d.customer_code,
    d.scope,
    d.rule_code,
    d.days_of_service,
    d.phone IS NOT NULL AND n.phone IS NULL AND NOT d.is_silent AS is_call,
    CAST(:trigger AS text) = 'year_end'
    AND (p.customer_code IS NOT NULL OR w.customer_code IS NOT NULL) AS is_joined,
    hashtextextended(d.customer_code, 0) AS place,
    CAST(hashtextextended(d.customer_code, 0) >> 56 AS smallint) AS bucket
FROM due AS d
LEFT JOIN talks AS r
    ON d.customer_code = r.customer_code AND (CAST(d.period_from AS timestamp) AT TIME ZONE 'Asia/Shanghai') <= r.talked_at
LEFT JOIN callback_bad_numbers AS n
    ON d.customer_code = n.customer_code AND d.phone = n.phone AND n.noted_at <= CAST(:at AS timestamptz)
LEFT JOIN callbacks AS p
    ON CAST(:trigger AS text) = 'year_end' AND d.customer_code = p.customer_code AND p.state = 'planned'
LEFT JOIN (SELECT DISTINCT k.customer_code FROM new_contacts AS k) AS w
    ON CAST(:trigger AS text) = 'year_end' AND d.customer_code = w.customer_code
WHERE r.customer_code IS NULL
