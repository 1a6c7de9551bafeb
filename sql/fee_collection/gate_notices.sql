-- The letters a run planned and has not let out yet, bill by bill, with what the gate asks of them. What is open of a
-- bill is worked out here from the bill and what paid it, apart from the view the plan was made from.
--
-- Reads: dunning, dunning_bills, bills, billing_runs, allocations, runs, settings, communities, disputes, customers
-- Writes: nothing; one row per letter and bill
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH looked_at AS (
    SELECT
        r.as_of AS at,
        CAST(r.as_of AT TIME ZONE 'Asia/Shanghai' AS date) AS day
    FROM runs AS r
    WHERE r.run_id = CAST(:run_id AS bigint)
),

rules AS (
    SELECT DISTINCT ON (c.community_code, s.setting)
        c.community_code,
        s.setting,
        s.value
    FROM communities AS c
    CROSS JOIN looked_at AS d
    INNER JOIN settings AS s
        ON
            s.setting IN ('live_from', 'dunning_days', 'dunning_gap_days', 'dunning_minimum')
            AND coalesce(s.community_code, c.community_code) = c.community_code
    WHERE s.valid_from IS NULL OR s.valid_from <= d.day
    ORDER BY c.community_code ASC, s.setting ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
),

written AS (
    SELECT
        n.notice_code,
        n.bill_code,
        n.level,
        n.amount,
        d.amount AS notice_amount,
        d.level AS notice_level,
        d.community_code,
        d.unit_code,
        d.customer_code,
        d.way,
        d.building_code,
        b.community_code AS billed_community,
        b.unit_code AS billed_unit,
        b.customer_code AS billed_customer,
        b.total,
        b.batch_no,
        coalesce(b.due_on, r.due_on) AS due_on,
        coalesce(r.posted_at <= g.at, FALSE) AND NOT coalesce(x.posted_at <= g.at, FALSE) AS is_posted,
        g.at,
        g.day
    FROM dunning AS d
    CROSS JOIN looked_at AS g
    INNER JOIN dunning_bills AS n ON d.notice_code = n.notice_code
    INNER JOIN bills AS b ON n.batch_no = b.batch_no AND n.bill_code = b.bill_code
    INNER JOIN billing_runs AS r ON b.run_code = r.run_code
    LEFT JOIN billing_runs AS x ON r.run_code = x.reverses AND x.state = 'posted'
    WHERE d.run_id = CAST(:run_id AS bigint) AND d.state = 'planned'
),

before AS (
    SELECT
        w.notice_code,
        w.bill_code,
        count(*) FILTER (WHERE o.level >= w.level) AS same_level,
        max(o.level) FILTER (WHERE e.state IN ('sent', 'printed')) AS sent_level,
        CAST(max(e.sent_at) AT TIME ZONE 'Asia/Shanghai' AS date) AS sent_on
    FROM written AS w
    INNER JOIN dunning_bills AS o ON w.bill_code = o.bill_code AND w.notice_code <> o.notice_code
    INNER JOIN dunning AS e ON o.notice_code = e.notice_code AND e.state <> 'cancelled'
    GROUP BY w.notice_code, w.bill_code
)

SELECT
    w.notice_code,
    w.bill_code,
    w.level,
    l.value IS NOT NULL AND CAST(l.value AS date) <= w.day AS is_served,
    w.community_code = w.billed_community
    AND w.unit_code = w.billed_unit
    AND w.customer_code = w.billed_customer AS is_to_payer,
    w.is_posted AND w.amount = w.total - coalesce((
        SELECT sum(a.amount)
        FROM allocations AS a
        WHERE
            a.batch_no = w.batch_no
            AND a.bill_code = w.bill_code
            AND a.allocated_at <= w.at
            AND (a.undone_at IS NULL OR a.undone_at > w.at)
    ), 0) AS is_as_booked,
    w.day - w.due_on - CAST(
        (string_to_array(replace(coalesce(t.value, '7,30,60'), ' ', ''), ','))[w.level] AS integer
    ) AS days_past_level,
    coalesce(b.same_level, 0) AS letters_of_level,
    coalesce(b.sent_level, 0) - w.level + 1 AS levels_left_out,
    w.day - b.sent_on - CAST(coalesce(p.value, '14') AS integer) AS days_past_gap,
    (
        SELECT count(*)
        FROM disputes AS s
        WHERE
            s.community_code = w.community_code
            AND s.unit_code = w.unit_code
            AND coalesce(s.customer_code, w.customer_code) = w.customer_code
            AND s.opened_on <= w.day
            AND coalesce(s.closed_on >= w.day, TRUE)
    ) > 0 AS is_disputed,
    w.notice_amount,
    w.way = 'mail' OR w.building_code IS NOT NULL AS has_way
FROM written AS w
LEFT JOIN before AS b ON w.notice_code = b.notice_code AND w.bill_code = b.bill_code
LEFT JOIN rules AS l ON w.community_code = l.community_code AND l.setting = 'live_from'
LEFT JOIN rules AS t ON w.community_code = t.community_code AND t.setting = 'dunning_days'
LEFT JOIN rules AS p ON w.community_code = p.community_code AND p.setting = 'dunning_gap_days'
