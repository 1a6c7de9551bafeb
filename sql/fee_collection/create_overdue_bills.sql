-- Bills that are past their due day and not paid, each with the last letter about it and the level that is its turn now.
--
-- A level's turn comes when its days after the due day are over, the letter of the level before went out, and the days
-- between two letters have passed since; so a bill found late begins with level 1.
--
-- Reads: bill_states (as of the session's instant), collected_communities, unvetted_notices (temporary), dunning,
--        dunning_bills
-- Writes: overdue_bills (temporary), one row per overdue bill
-- Rerun: once per transaction
--
-- Params:
--   on_day (date): day of the run; a bill due on it is not overdue yet
CREATE TEMPORARY TABLE overdue_bills ON COMMIT DROP AS
WITH ladders AS (
    SELECT DISTINCT ON (n.bill_code)
        n.bill_code,
        n.level,
        d.state,
        CAST(d.sent_at AT TIME ZONE 'Asia/Shanghai' AS date) AS sent_on
    FROM dunning_bills AS n
    INNER JOIN dunning AS d ON n.notice_code = d.notice_code
    WHERE
        d.state <> 'cancelled'
        AND NOT EXISTS (
            SELECT 1
            FROM unvetted_notices AS u
            WHERE u.notice_code = d.notice_code
        )
    ORDER BY n.bill_code ASC, n.level DESC
)

SELECT
    s.batch_no,
    s.bill_code,
    s.community_code,
    s.unit_code,
    s.customer_code,
    s.due_on,
    s.open_balance,
    CAST(:on_day AS date) - s.due_on AS days_overdue,
    coalesce(l.level, 0) AS level_before,
    CASE
        WHEN l.bill_code IS NULL AND CAST(:on_day AS date) - s.due_on >= c.level_days[1] THEN 1
        WHEN
            l.state IN ('sent', 'printed')
            AND CAST(:on_day AS date) - s.due_on >= c.level_days[l.level + 1]
            AND CAST(:on_day AS date) - l.sent_on >= c.gap_days
            THEN l.level + 1
    END AS next_level
FROM bill_states AS s
INNER JOIN collected_communities AS c ON s.community_code = c.community_code
LEFT JOIN ladders AS l ON s.bill_code = l.bill_code
WHERE s.state IN ('posted', 'part_paid') AND s.open_balance > 0 AND s.due_on < CAST(:on_day AS date)
