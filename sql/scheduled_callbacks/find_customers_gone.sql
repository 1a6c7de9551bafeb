-- Care and year-end contacts of customers who live and own nothing with us any more end.
--
-- Reads: open_contacts (temporary), occupancies
-- Writes: contact_ends (temporary), one row per contact
-- Rerun: no row for what is found already
--
-- Params:
--   day (date): day planned, Asia/Shanghai: who is in occupancy on it stays
INSERT INTO contact_ends (rule_code, subject, occasion, state, reason)
SELECT
    x.rule_code,
    x.subject,
    x.occasion,
    'cancelled' AS state,
    'customer_gone' AS reason
FROM open_contacts AS x
WHERE
    x.trigger IN ('care', 'year_end')
    AND NOT EXISTS (
        SELECT 1
        FROM occupancies AS p
        WHERE
            p.customer_code = x.customer_code
            AND p.start_date <= CAST(:day AS date)
            AND coalesce(p.end_date >= CAST(:day AS date), TRUE)
    )
ON CONFLICT (rule_code, subject, occasion) DO NOTHING
