-- Open contacts go the other way found. A callback whose letter is out gets another one for what becomes a letter now.
--
-- Reads: contact_channels (temporary)
-- Writes: callback_contacts, callbacks (mailed_at), touched_callbacks (temporary), one row per contact that changed
-- Rerun: nothing more: only planned ones
--
-- Params:
--   run_id (bigint): run that does it
WITH changed AS (
    UPDATE callback_contacts AS x
    SET channel = c.channel, channel_reason = c.channel_reason, run_id = CAST(:run_id AS bigint)
    FROM contact_channels AS c
    WHERE
        x.rule_code = c.rule_code
        AND x.subject = c.subject
        AND x.occasion = c.occasion
        AND x.state = 'planned'
    RETURNING
        x.callback_code,
        x.channel
),

another_letter AS (
    UPDATE callbacks AS b
    SET mailed_at = NULL
    FROM changed AS g
    WHERE b.callback_code = g.callback_code AND g.channel = 'mail' AND b.mailed_at IS NOT NULL
)

INSERT INTO touched_callbacks (callback_code)
SELECT g.callback_code
FROM changed AS g
