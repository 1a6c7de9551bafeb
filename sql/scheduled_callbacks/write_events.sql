-- Events as they stand by the calendars of a day: new ones, and those moved before anybody was told of them. What was
-- announced stays, and so does what took place.
--
-- Reads: community_events
-- Writes: community_events (one row per rule, community and period); returns whether a row is new, and its state
-- Rerun: nothing more while the calendars are the same
--
-- Params:
--   rule_codes (text[]): rules
--   events (text[]): what takes place, in the same order, like all that follows
--   community_codes (text[]): communities
--   periods (text[]): period of each
--   event_days (date[]): day; blank: none is left
--   announce_days (date[]): day from which it is announced; blank: it is not
--   remind_days (date[]): day from which those who hold it are reminded; blank: none
--   reasons (text[]): why it moved or is impossible; blank: neither
--   day (date): day the plan is made for
--   run_id (bigint): run that writes
WITH wanted AS (
    SELECT
        g.rule_code || '-' || g.community_code || '-' || g.period AS event_code,
        g.rule_code,
        g.event,
        g.community_code,
        g.period,
        g.event_on,
        g.announce_on,
        g.remind_on,
        CASE WHEN g.event_on IS NULL THEN 'impossible' ELSE 'planned' END AS state,
        g.reason
    FROM
        unnest(
            CAST(:rule_codes AS text[]),
            CAST(:events AS text[]),
            CAST(:community_codes AS text[]),
            CAST(:periods AS text[]),
            CAST(:event_days AS date[]),
            CAST(:announce_days AS date[]),
            CAST(:remind_days AS date[]),
            CAST(:reasons AS text[])
        ) AS g (rule_code, event, community_code, period, event_on, announce_on, remind_on, reason)
),

differing AS (
    SELECT w.*
    FROM wanted AS w
    LEFT JOIN community_events AS e
        ON
            w.rule_code = e.rule_code
            AND w.community_code = e.community_code
            AND w.period = e.period
    WHERE
        e.event_code IS NULL
        OR (
            e.state IN ('planned', 'impossible')
            AND e.announced_at IS NULL
            AND e.reminded_at IS NULL
            AND coalesce(e.event_on, CAST(:day AS date)) >= CAST(:day AS date)
            AND (e.event_on, e.announce_on, e.remind_on, e.state, e.reason)
            IS DISTINCT FROM (w.event_on, w.announce_on, w.remind_on, w.state, w.reason)
        )
)

INSERT INTO community_events AS e (
    event_code, rule_code, event, community_code, period, event_on, announce_on, remind_on, state, reason, run_id
)
SELECT
    d.event_code,
    d.rule_code,
    d.event,
    d.community_code,
    d.period,
    d.event_on,
    d.announce_on,
    d.remind_on,
    d.state,
    d.reason,
    CAST(:run_id AS bigint) AS run_id
FROM differing AS d
ON CONFLICT (rule_code, community_code, period) DO UPDATE
    SET
        event_on = excluded.event_on,
        announce_on = excluded.announce_on,
        remind_on = excluded.remind_on,
        state = excluded.state,
        reason = excluded.reason,
        run_id = excluded.run_id
RETURNING
    old.event_code IS NULL AS is_new,
    e.state
