-- Letters of a run that go by mail and whose mail is not written yet, each with the address as it is now.
--
-- Reads: dunning, customers, messages
-- Writes: nothing
-- Rerun: none once their mails are written
--
-- Params:
--   run_id (bigint): the run
SELECT
    d.notice_code,
    d.community_code,
    d.customer_code
FROM dunning AS d
INNER JOIN customers AS c ON d.customer_code = c.customer_code
WHERE
    d.run_id = CAST(:run_id AS bigint)
    AND d.state = 'planned'
    AND d.way = 'mail'
    AND c.email IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM messages AS m
        WHERE
            m.kind = 'dunning_notice'
            AND m.business_key = d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
    )
ORDER BY d.community_code, d.customer_code, d.notice_code
