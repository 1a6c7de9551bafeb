-- Callbacks given up of which the manager was not told.
--
-- Reads: callbacks, callback_contacts, customers, communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   scopes (text[]): communities reported on, or the word prospects
SELECT
    c.callback_code,
    coalesce(c.community_code, 'prospects') AS community_code,
    m.community_name,
    u.customer_name,
    c.attempts,
    c.closed_at,
    c.closed_reason,
    c.case_codes,
    (
        SELECT string_agg(DISTINCT k.trigger, ',')
        FROM callback_contacts AS k
        WHERE k.callback_code = c.callback_code
    ) AS triggers
FROM callbacks AS c
LEFT JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN customers AS u ON c.customer_code = u.customer_code
WHERE
    c.told_at IS NULL
    AND c.state = 'unreached'
    AND coalesce(c.community_code, 'prospects') = any(CAST(:scopes AS text[]))
ORDER BY c.priority, c.closed_at, c.callback_code
