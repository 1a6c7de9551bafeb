-- Letters that were planned, have not gone out, and are not needed any more: paid in between, up to the minimum, or a
-- dispute was opened. The level may come again with a letter of its own, so one whose mail is on its way, or may have
-- arrived, is left until that is known.
--
-- Reads: overdue_bills, debtors, collected_communities, unvetted_notices (temporary), dunning_bills, messages
-- Writes: dunning (state)
-- Rerun: finds none
--
-- Params:
--   on_day (date): day of the run; letters of later days are left alone
UPDATE dunning AS d
SET state = 'cancelled'
FROM collected_communities AS c
WHERE
    d.community_code = c.community_code
    AND d.state = 'planned'
    AND d.run_on <= CAST(:on_day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM unvetted_notices AS v
        WHERE v.notice_code = d.notice_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM messages AS m
        WHERE
            m.kind = 'dunning_notice'
            AND m.business_key = d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
            AND m.state IN ('sending', 'unknown')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM dunning_bills AS b
        INNER JOIN overdue_bills AS o ON b.bill_code = o.bill_code
        INNER JOIN debtors AS w
            ON
                o.community_code = w.community_code
                AND o.unit_code = w.unit_code
                AND o.customer_code = w.customer_code
        WHERE b.notice_code = d.notice_code AND w.is_over_minimum AND NOT w.is_disputed
    )
RETURNING d.notice_code
