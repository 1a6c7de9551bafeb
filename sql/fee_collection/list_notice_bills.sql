-- Letters with the bills whose level has come, as mail and paper need them: who pays, where, for which month, how late.
--
-- Reads: dunning, dunning_bills, runs, communities, units, buildings, customers, bills, billing_runs, bill_lines
-- Writes: nothing; one row per letter and bill on it
-- Rerun: reads only
--
-- Params:
--   notice_codes (text[]): the letters
SELECT
    d.notice_code,
    d.community_code,
    m.community_name,
    d.unit_code,
    u.building_code AS unit_building_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    d.customer_code,
    c.customer_name,
    c.email,
    coalesce(c.preferred_language, 'zh') AS language,
    d.run_on,
    d.level AS notice_level,
    d.way,
    d.building_code,
    d.state,
    e.as_of,
    n.bill_code,
    n.level,
    n.amount,
    b.period,
    b.total,
    r.kind = 'opening' AS is_opening,
    coalesce(b.due_on, r.due_on) AS due_on,
    coalesce((
        SELECT sum(l.amount)
        FROM bill_lines AS l
        WHERE l.batch_no = n.batch_no AND l.bill_code = n.bill_code AND l.charge_kind = 'late_fee'
    ), 0) AS late_fee
FROM dunning AS d
INNER JOIN runs AS e ON d.run_id = e.run_id
INNER JOIN dunning_bills AS n ON d.notice_code = n.notice_code
INNER JOIN bills AS b ON n.batch_no = b.batch_no AND n.bill_code = b.bill_code
INNER JOIN billing_runs AS r ON b.run_code = r.run_code
INNER JOIN communities AS m ON d.community_code = m.community_code
INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
INNER JOIN customers AS c ON d.customer_code = c.customer_code
WHERE d.notice_code = any(CAST(:notice_codes AS text[]))
ORDER BY d.community_code, d.customer_code, u.building_code, d.unit_code, due_on, n.bill_code
