-- The day's new callbacks: customers who had none planned. In order of customers: neighbours in keys and indexes.
--
-- Reads: merged_callbacks (temporary), callbacks
-- Writes: callbacks, one row per conversation with one customer
-- Rerun: nothing more: what is there is left out
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day planned
INSERT INTO callbacks (
    callback_code, rules, customer_code, case_codes, community_code, not_before, due_by, state, channel, planned_on,
    priority, max_attempts, missed_at, run_id
)
SELECT
    m.callback_code,
    m.rules,
    m.customer_code,
    m.case_codes,
    m.community_code,
    m.not_before,
    m.due_by,
    'planned' AS state,
    m.channel,
    CAST(:day AS date) AS planned_on,
    m.priority,
    m.max_attempts,
    m.missed_at,
    CAST(:run_id AS bigint) AS run_id
FROM merged_callbacks AS m
WHERE
    NOT EXISTS (
        SELECT 1
        FROM callbacks AS c
        WHERE c.callback_code = m.callback_code
    )
ORDER BY m.customer_code
