-- A callback that has no open contact left ends, for the reason the last of them ended: unreached when it was tried in
-- vain until its window was past, else cancelled.
--
-- Reads: touched_callbacks, merged_callbacks (temporary), callback_contacts
-- Writes: callbacks
-- Rerun: nothing more: only planned ones
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the day is planned at
WITH emptied AS (
    SELECT DISTINCT t.callback_code
    FROM touched_callbacks AS t
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM merged_callbacks AS m
            WHERE m.callback_code = t.callback_code
        )
),

reasons AS (
    SELECT DISTINCT ON (k.callback_code)
        k.callback_code,
        CASE k.state
            WHEN 'missed' THEN 'window_missed'
            WHEN 'satisfied' THEN 'satisfied'
            ELSE k.closed_reason
        END AS closed_reason
    FROM emptied AS e
    INNER JOIN callback_contacts AS k ON e.callback_code = k.callback_code
    ORDER BY k.callback_code ASC, k.closed_at DESC, k.priority ASC, k.rule_code ASC, k.subject ASC, k.occasion ASC
)

UPDATE callbacks AS c
SET
    state = CASE WHEN r.closed_reason = 'window_missed' AND c.attempts > 0 THEN 'unreached' ELSE 'cancelled' END,
    closed_at = CAST(:at AS timestamptz),
    closed_reason = r.closed_reason,
    promised_at = NULL,
    next_from = NULL,
    run_id = CAST(:run_id AS bigint)
FROM reasons AS r
WHERE c.callback_code = r.callback_code AND c.state = 'planned'
