-- Takes away events nobody was told of whose rule is gone or no longer in force.
--
-- Reads: community_events, callback_rules
-- Writes: deletes from community_events (one row per rule, community and period)
-- Rerun: nothing more
--
-- Params:
--   day (date): events before this day stay, as they took place
DELETE FROM community_events AS e
WHERE
    e.state = 'planned'
    AND e.announced_at IS NULL
    AND e.reminded_at IS NULL
    AND e.event_on >= CAST(:day AS date)
    AND NOT EXISTS (
        SELECT 1
        FROM callback_rules AS r
        WHERE
            r.rule_code = e.rule_code
            AND r.trigger = e.event
            AND r.enabled IS NOT FALSE
    )
