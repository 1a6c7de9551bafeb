-- What else is overdue of the customers who get letters: bills whose next level has not come. Units in dispute are left
-- out.
--
-- Reads: bill_states (as of the session's instant), dunning_bills, billing_runs, bill_lines, units, buildings, disputes
-- Writes: nothing; one row per bill
-- Rerun: reads only
--
-- Params:
--   community_codes (text[]): community of each customer
--   customer_codes (text[]): customers, in the same order
--   notice_codes (text[]): their letters, whose own bills are left out
--   on_day (date): day of the letters; a bill due on it is not overdue yet
SELECT
    s.community_code,
    s.customer_code,
    s.unit_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    s.bill_code,
    s.period,
    s.total,
    s.due_on,
    s.open_balance AS amount,
    r.kind = 'opening' AS is_opening,
    coalesce((
        SELECT sum(l.amount)
        FROM bill_lines AS l
        WHERE l.batch_no = s.batch_no AND l.bill_code = s.bill_code AND l.charge_kind = 'late_fee'
    ), 0) AS late_fee
FROM unnest(CAST(:community_codes AS text[]), CAST(:customer_codes AS text[])) AS k (community_code, customer_code)
INNER JOIN bill_states AS s ON k.community_code = s.community_code AND k.customer_code = s.customer_code
INNER JOIN billing_runs AS r ON s.run_code = r.run_code
INNER JOIN units AS u ON s.community_code = u.community_code AND s.unit_code = u.unit_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
WHERE
    s.open_balance > 0
    AND s.due_on < CAST(:on_day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM dunning_bills AS n
        WHERE n.bill_code = s.bill_code AND n.notice_code = any(CAST(:notice_codes AS text[]))
    )
    AND NOT EXISTS (
        SELECT 1
        FROM disputes AS p
        WHERE
            p.community_code = s.community_code
            AND p.unit_code = s.unit_code
            AND coalesce(p.customer_code, s.customer_code) = s.customer_code
            AND p.opened_on <= CAST(:on_day AS date)
            AND coalesce(p.closed_on >= CAST(:on_day AS date), TRUE)
    )
ORDER BY s.community_code, s.customer_code, u.building_code, s.unit_code, s.due_on, s.bill_code
