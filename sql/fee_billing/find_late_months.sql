-- The communities of the months computed that may bill late fees, with the first day on which a bill of theirs could be
-- late: only where the setting was ever loaded, since it is off otherwise.
--
-- Reads: due_periods (temporary), settings, bills, billing_runs
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
WITH asked AS (
    SELECT
        p.community_code,
        max(p.period) AS last_period
    FROM due_periods AS p
    WHERE
        EXISTS (
            SELECT 1
            FROM settings AS s
            WHERE s.setting = 'late_fees' AND (s.community_code IS NULL OR s.community_code = p.community_code)
        )
    GROUP BY p.community_code
)

SELECT
    a.community_code,
    a.last_period,
    min(coalesce(b.due_on, r.due_on)) AS first_due_on
FROM asked AS a
INNER JOIN billing_runs AS r ON a.community_code = r.community_code AND r.state = 'posted' AND r.kind <> 'reversal'
INNER JOIN bills AS b ON r.batch_no = b.batch_no AND r.run_code = b.run_code
GROUP BY a.community_code, a.last_period
ORDER BY a.community_code
