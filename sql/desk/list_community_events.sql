-- Reception days, mailboxes and meetings with the owners' committee, by day.
-- Reads: community_events, communities
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   first_day (date): first day, inclusive; events without a day belong to their period and are shown too
--   last_day (date): last day, inclusive
--   community_code (text): only this community; null: all
--   page_size (integer): rows at most
SELECT
    v.event_code AS event_code,
    v.event AS event,
    v.community_code AS community_code,
    c.community_name AS community_name,
    v.period AS period,
    v.event_on AS event_on,
    v.announce_on AS announce_on,
    v.remind_on AS remind_on,
    v.state AS state,
    v.reason AS reason,
    v.announced_at AS announced_at,
    v.reminded_at AS reminded_at
FROM community_events AS v
INNER JOIN communities AS c ON v.community_code = c.community_code
WHERE
    (
        v.event_on BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
        OR (v.event_on IS NULL AND v.period >= to_char(CAST(:first_day AS date), 'YYYY-MM'))
    )
    AND (CAST(:community_code AS text) IS NULL OR v.community_code = :community_code)
ORDER BY v.event_on ASC NULLS FIRST, v.community_code ASC, v.event_code ASC
LIMIT CAST(:page_size AS integer)
