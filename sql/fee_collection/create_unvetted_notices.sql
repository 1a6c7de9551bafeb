-- Letters that were planned and never let out of the house: their run did not succeed, and no mail of them was written.
-- They bind nobody: the run that looks at the bills again plans them anew.
--
-- Reads: dunning, runs, messages
-- Writes: unvetted_notices (temporary), one row per letter
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE unvetted_notices ON COMMIT DROP AS
SELECT d.notice_code
FROM dunning AS d
INNER JOIN runs AS r ON d.run_id = r.run_id
WHERE
    d.state = 'planned'
    AND r.state <> 'succeeded'
    AND NOT EXISTS (
        SELECT 1
        FROM messages AS m
        WHERE
            m.kind = 'dunning_notice'
            AND m.business_key = d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
    )
