-- Callbacks by mail none of whose open contacts is by mail any longer go onto the manager's list.
--
-- Reads: callbacks, callback_contacts
-- Writes: callbacks.channel, one row per callback
-- Rerun: nothing more: the callback is by mail no longer
--
-- Params:
--   run_id (bigint): run that writes
UPDATE callbacks AS c
SET channel = 'manager', run_id = CAST(:run_id AS bigint)
WHERE
    c.state = 'planned'
    AND c.channel = 'mail'
    AND c.mailed_at IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM callback_contacts AS k
        WHERE k.callback_code = c.callback_code AND k.state = 'planned' AND k.channel <> 'manager'
    )
