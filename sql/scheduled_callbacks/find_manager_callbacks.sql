-- Callbacks that nobody is to telephone about and the manager is to see to, of every community with a new one: all that
-- are open, so that the newest list is the whole one.
--
-- Reads: callbacks
-- Writes: nothing
-- Rerun: no rows once the new ones are marked
--
-- Params: none
SELECT
    c.callback_code,
    coalesce(c.community_code, 'prospects') AS community_code,
    c.told_at IS NULL AS is_new
FROM callbacks AS c
WHERE
    c.state = 'planned'
    AND c.channel = 'manager'
    AND coalesce(c.community_code, 'prospects') IN (
        SELECT coalesce(n.community_code, 'prospects')
        FROM callbacks AS n
        WHERE n.told_at IS NULL AND n.channel = 'manager' AND n.state = 'planned'
    )
ORDER BY c.told_at IS NOT NULL, c.due_by, c.callback_code
