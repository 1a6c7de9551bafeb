-- Callbacks whose results are judged: how they stand, and what decides about them.
--
-- Reads: callbacks, called_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_codes (text[]): the callbacks
SELECT
    k.callback_code,
    k.customer_code,
    k.community_code,
    coalesce(c.calendar_code, 'office') AS calendar_code,
    k.channel <> 'call' OR k.mailed_at IS NOT NULL AS is_answered_otherwise,
    coalesce(k.planned_on, CAST(k.not_before AT TIME ZONE 'Asia/Shanghai' AS date)) AS planned_on,
    k.max_attempts,
    k.state,
    k.closed_at,
    k.closed_reason,
    k.due_by,
    o.callback_code IS NOT NULL AS is_another_open
FROM callbacks AS k
LEFT JOIN called_communities AS c ON k.community_code = c.community_code
LEFT JOIN callbacks AS o
    ON k.customer_code = o.customer_code AND o.state = 'planned' AND k.callback_code <> o.callback_code
WHERE k.callback_code = any(CAST(:callback_codes AS text[]))
ORDER BY k.callback_code
