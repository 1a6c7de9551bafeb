-- How much of the allowed rate is used up: messages offered since an instant, and those claimed and not yet settled.
-- Reads: message_attempts, messages
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   since (timestamptz): start of the window (exclusive)
WITH settled AS (
    SELECT count(*) AS offers
    FROM message_attempts AS attempt
    WHERE attempt.ended_at > CAST(:since AS timestamptz)
),

under_way AS (
    SELECT count(*) AS offers
    FROM messages AS claimed
    WHERE claimed.state = 'sending'
)

SELECT settled.offers + under_way.offers AS offers
FROM settled CROSS JOIN under_way
