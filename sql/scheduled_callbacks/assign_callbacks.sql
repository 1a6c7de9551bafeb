-- Says on each planned callback who calls today (blank: it waits), and whom the customer knows.
--
-- The day's lines are looked up one by one: the planner expects none of a day it has no statistics of.
--
-- Reads: callbacks, callback_lists, called_communities (temporary)
-- Writes: callbacks: agents, where they differ
-- Rerun: nothing, for they are alike
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   callback_codes (text[]): callbacks whose customer knows another agent than is written
--   familiar_codes (text[]): agent the customer knows, in the same order
--   run_id (bigint): run that writes
UPDATE callbacks AS b
SET
    staff_code = n.staff_code,
    familiar_code = n.familiar_code,
    run_id = CAST(:run_id AS bigint)
FROM (
    SELECT
        w.callback_code,
        l.staff_code,
        CASE WHEN g.callback_code IS NULL THEN w.familiar_code ELSE g.familiar_code END AS familiar_code
    FROM callbacks AS w
    LEFT JOIN LATERAL (
        SELECT s.staff_code
        FROM callback_lists AS s
        WHERE s.callback_code = w.callback_code AND s.work_date = CAST(:day AS date) AND s.withdrawn_at IS NULL
        LIMIT 1
    ) AS l ON TRUE
    LEFT JOIN
        unnest(CAST(:callback_codes AS text[]), CAST(:familiar_codes AS text[])) AS g (callback_code, familiar_code)
        ON w.callback_code = g.callback_code
    WHERE
        w.state = 'planned'
        AND w.channel = 'call'
        AND (w.community_code IS NULL OR w.community_code IN (SELECT c.community_code FROM called_communities AS c))
) AS n
WHERE
    b.callback_code = n.callback_code
    AND (b.staff_code IS DISTINCT FROM n.staff_code OR b.familiar_code IS DISTINCT FROM n.familiar_code)
