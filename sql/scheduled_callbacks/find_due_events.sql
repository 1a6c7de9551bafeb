-- Events to tell of on a day: to announce, to remind of, or that could not be given a day. A mailbox that was to be
-- opened on a day nobody ran for is reminded of all the same, for a fortnight.
--
-- Reads: community_events, called_communities (temporary), communities, callback_rules
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   day (date): day in Asia/Shanghai
SELECT
    e.event_code,
    e.event,
    e.community_code,
    m.community_name,
    e.period,
    e.event_on,
    e.reason,
    CASE
        WHEN e.state = 'impossible' THEN 'impossible'
        WHEN e.state = 'planned' AND e.event <> 'mailbox' THEN 'announce'
        ELSE 'remind'
    END AS stage
FROM community_events AS e
INNER JOIN called_communities AS g ON e.community_code = g.community_code
INNER JOIN communities AS m ON e.community_code = m.community_code
WHERE
    (e.state = 'impossible' AND e.announced_at IS NULL)
    OR (
        e.state = 'planned'
        AND e.event <> 'mailbox'
        AND e.announce_on <= CAST(:day AS date)
        AND e.event_on >= CAST(:day AS date)
        AND EXISTS (
            SELECT 1
            FROM callback_rules AS r
            WHERE r.rule_code = e.rule_code AND r.enabled IS NOT FALSE
        )
    )
    OR (
        e.state = 'announced'
        AND e.remind_on <= CAST(:day AS date)
        AND e.event_on >= CAST(:day AS date)
    )
    OR (
        e.state = 'planned'
        AND e.event = 'mailbox'
        AND e.remind_on <= CAST(:day AS date)
        AND e.event_on > CAST(:day AS date) - 14
    )
ORDER BY e.community_code, e.event_on, e.event_code
