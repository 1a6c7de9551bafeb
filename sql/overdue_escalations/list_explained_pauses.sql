-- ESC-10: the pauses of a case and what each added to a deadline that pauses: its working time after the start, if it
-- began before the due instant, until it ended, the deadline ended, or as_of. Two pauses in a row are
-- one; paused and resumed at the same instant is none.
--
-- Reads: case_events, deadlines, deadline_policies, working_segments
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
--   as_of (timestamptz): later events are invisible, inclusive; a pause that lasts is counted up to here, exclusive
WITH marks AS (
    SELECT
        e.event_at,
        bool_or(e.event = 'paused') AS is_pause
    FROM case_events AS e
    WHERE e.case_code = :case_code AND e.event_at <= :as_of AND e.event IN ('paused', 'resumed', 'reopened')
    GROUP BY e.event_at
    HAVING bool_and(e.event = 'paused') OR NOT bool_or(e.event = 'paused')
),

turns AS (
    SELECT
        m.event_at,
        m.is_pause,
        lag(m.is_pause, 1, FALSE) OVER (ORDER BY m.event_at) AS was_pause
    FROM marks AS m
),

changes AS (
    SELECT
        t.event_at AS paused_at,
        t.is_pause,
        lead(t.event_at) OVER (ORDER BY t.event_at) AS resumed_at
    FROM turns AS t
    WHERE t.is_pause <> t.was_pause
),

counted AS (
    SELECT
        d.milestone,
        d.occurrence,
        d.working_calendar,
        c.paused_at,
        c.resumed_at,
        c.paused_at < coalesce(d.due_at, CAST('infinity' AS timestamptz)) AS is_before_due,
        greatest(c.paused_at, d.starts_at) AS counts_from,
        least(coalesce(c.resumed_at, :as_of), coalesce(d.ended_at, CAST('infinity' AS timestamptz))) AS counts_to
    FROM changes AS c
    INNER JOIN deadlines AS d ON d.case_code = :case_code
    INNER JOIN deadline_policies AS p
        ON d.policy_code = p.policy_code AND d.policy_valid_from = p.valid_from AND p.pauses
    WHERE c.is_pause
)

SELECT
    c.milestone,
    c.occurrence,
    c.paused_at,
    c.resumed_at,
    c.is_before_due,
    coalesce((
        SELECT sum(extract(EPOCH FROM least(s.closes_at, c.counts_to) - greatest(s.opens_at, c.counts_from)))
        FROM working_segments AS s
        WHERE
            c.is_before_due
            AND s.calendar_code = c.working_calendar
            AND s.opens_at < c.counts_to
            AND s.closes_at > c.counts_from
    ), 0) AS counted_seconds
FROM counted AS c
WHERE c.counts_to > c.counts_from
ORDER BY c.milestone, c.occurrence, c.paused_at
