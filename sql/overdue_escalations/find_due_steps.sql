-- ESC-09: the steps of every ladder that must be looked at, with their instants.
--
-- A step counts from the start, from the due instant, or at a share of the budget, in its own calendar; pauses stop it as
-- they stop the deadline, before the due instant and after (ESC-10). No step is earlier than the event its deadline
-- needs. A step holds if its instant lies before the deadline ended, or before its start was superseded. It is due if
-- it lies before as_of: exactly at the deadline is still in time. What is told at once is due at as_of already.
--
-- Reads: deadlines, deadline_former_starts, deadline_policies, ladder_steps, cases, case_events, communities,
--        working_calendars, working_clock, escalations
-- Writes: due_steps (temporary), one row per deadline, level and role not raised yet
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): instant of the run; later facts are invisible
CREATE TEMPORARY TABLE due_steps ON COMMIT DROP AS
WITH clock AS MATERIALIZED (
    SELECT
        c.opens,
        c.passed,
        c.shifts,
        c.reached
    FROM working_clock AS c
),

looked_at AS MATERIALIZED (
    SELECT
        d.case_code,
        d.milestone,
        d.occurrence,
        d.starts_at,
        d.due_at,
        d.budget_seconds,
        d.policy_code,
        d.needed_at,
        d.ended_at,
        d.next_look_at,
        c.kind,
        c.urgency,
        c.community_code,
        own.axis AS own_axis,
        coalesce(m.working_calendar, 'office') AS office_calendar,
        coalesce(p.pauses, FALSE) AS pauses
    FROM deadlines AS d
    INNER JOIN cases AS c ON d.case_code = c.case_code
    INNER JOIN communities AS m ON c.community_code = m.community_code
    INNER JOIN working_calendars AS own ON d.working_calendar = own.calendar_code
    LEFT JOIN deadline_policies AS p ON d.policy_code = p.policy_code AND d.policy_valid_from = p.valid_from
    WHERE d.next_look_at <= :as_of
),

-- A deadline as it counts now, and as it counted before a better start came.
versions AS (
    SELECT
        l.*,
        l.starts_at AS counts_from,
        l.due_at AS counts_to,
        l.budget_seconds AS counted_seconds,
        coalesce(l.ended_at, timestamptz 'infinity') AS holds_before,
        FALSE AS is_former
    FROM looked_at AS l
    UNION ALL
    SELECT
        l.*,
        f.starts_at,
        f.due_at,
        f.budget_seconds,
        least(f.superseded_at, l.ended_at),
        TRUE
    FROM looked_at AS l
    INNER JOIN deadline_former_starts AS f
        ON l.case_code = f.case_code AND l.milestone = f.milestone AND l.occurrence = f.occurrence
),

steps AS (
    SELECT
        v.*,
        s.step_code,
        s.level,
        s.role,
        row_number() OVER () AS step_no,
        axis_key(coalesce(a.axis, v.own_axis)) AS origin,
        CASE WHEN s.offset_kind = 'minutes_after_due' THEN v.counts_to ELSE v.counts_from END AS base_at,
        CASE
            WHEN s.offset_percent IS NOT NULL THEN floor(s.offset_percent * v.counted_seconds / 100)
            ELSE s.offset_seconds
        END AS budget,
        s.offset_percent = 100 AS is_at_due
    FROM versions AS v
    INNER JOIN ladder_steps AS s
        ON
            v.policy_code = s.policy_code
            AND v.milestone = s.milestone
            AND v.kind = s.kind
            AND v.urgency = s.urgency
    LEFT JOIN working_calendars AS a
        ON
            s.offset_percent IS NULL
            AND s.calendar <> 'deadline'
            AND a.calendar_code = CASE s.calendar WHEN 'office' THEN v.office_calendar ELSE s.calendar END
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM escalations AS e
            WHERE
                e.case_code = v.case_code
                AND e.milestone = v.milestone
                AND e.occurrence = v.occurrence
                AND e.level = s.level
                AND e.role = s.role
        )
),

based AS (
    SELECT
        s.*,
        whole_seconds(s.base_at) AS base,
        width_bucket(s.origin + whole_seconds(s.base_at), (SELECT c.opens FROM clock AS c)) AS segment
    FROM steps AS s
    WHERE s.base_at IS NOT NULL
    OFFSET 0
),

positioned AS (
    SELECT
        b.*,
        working_position(b.base, b.segment, (SELECT c.shifts FROM clock AS c), (SELECT c.reached FROM clock AS c))
            AS base_position
    FROM based AS b
    OFFSET 0
),

marks AS (
    SELECT
        e.case_code,
        e.event_at,
        CASE
            WHEN bool_or(e.event = 'reopened') THEN bool_or(e.event = 'paused')
            ELSE bool_and(e.event = 'paused')
        END AS is_pause
    FROM case_events AS e
    WHERE
        e.case_code IN (
            SELECT l.case_code FROM looked_at AS l
            WHERE l.pauses
        )
        AND e.event IN ('paused', 'resumed', 'reopened')
        AND e.event_at <= :as_of
    GROUP BY e.case_code, e.event_at
    HAVING bool_or(e.event = 'reopened') OR bool_and(e.event = 'paused') OR bool_and(e.event = 'resumed')
),

turns AS (
    SELECT
        t.case_code,
        t.is_pause,
        t.event_at AS from_at,
        lead(t.event_at) OVER (PARTITION BY t.case_code ORDER BY t.event_at) AS until_at
    FROM (
        SELECT
            m.*,
            lag(m.is_pause, 1, FALSE) OVER (PARTITION BY m.case_code ORDER BY m.event_at) AS was_pause
        FROM marks AS m
    ) AS t
    WHERE t.is_pause <> t.was_pause
),

clipped AS (
    SELECT
        p.step_no,
        p.origin,
        p.base_position,
        p.budget,
        greatest(whole_seconds(t.from_at), p.base) AS from_instant,
        whole_seconds(CASE WHEN isfinite(p.holds_before) THEN least(t.until_at, p.holds_before) ELSE t.until_at END)
            AS to_instant
    FROM positioned AS p
    INNER JOIN turns AS t
        ON
            p.case_code = t.case_code
            AND t.is_pause
            AND (t.until_at IS NULL OR whole_seconds(t.until_at) > p.base)
            AND p.holds_before > t.from_at
            AND p.base_at <= p.holds_before
    WHERE p.pauses
),

measured AS (
    SELECT
        c.step_no,
        c.budget,
        c.from_instant,
        working_position(
            c.from_instant,
            width_bucket(c.origin + c.from_instant, (SELECT k.opens FROM clock AS k)),
            (SELECT k.shifts FROM clock AS k),
            (SELECT k.reached FROM clock AS k)
        ) - c.base_position AS begins_after,
        working_position(
            c.to_instant,
            width_bucket(c.origin + c.to_instant, (SELECT k.opens FROM clock AS k)),
            (SELECT k.shifts FROM clock AS k),
            (SELECT k.reached FROM clock AS k)
        ) - c.base_position AS ends_after
    FROM clipped AS c
),

judged AS (
    SELECT
        m.step_no,
        m.ends_after - m.begins_after AS length,
        m.begins_after - coalesce(
            sum(m.ends_after - m.begins_after) OVER (
                PARTITION BY m.step_no ORDER BY m.from_instant ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) < m.budget AS counts
    FROM measured AS m
),

pauses AS (
    SELECT
        j.step_no,
        coalesce(sum(j.length), 0) AS paused_seconds,
        bool_or(j.length IS NULL) AS is_stopped
    FROM judged AS j
    WHERE j.counts
    GROUP BY j.step_no
),

goals AS (
    SELECT
        p.*,
        p.base_position + p.budget + coalesce(w.paused_seconds, 0) AS goal,
        p.budget + coalesce(w.paused_seconds, 0) = 0 AS is_at_base,
        coalesce(w.is_stopped, FALSE) AS is_stopped
    FROM positioned AS p
    LEFT JOIN pauses AS w ON p.step_no = w.step_no
    OFFSET 0
),

instants AS (
    SELECT
        g.*,
        greatest(
            CASE
                WHEN g.is_at_due THEN g.counts_to
                WHEN g.is_at_base THEN g.base_at
                ELSE to_timestamp(
                    g.goal - (SELECT c.shifts FROM clock AS c)[
                        width_bucket(g.origin + g.goal - 0.5, (SELECT c.passed FROM clock AS c))
                    ]
                )
            END,
            g.needed_at
        ) AS step_at
    FROM goals AS g
    WHERE NOT g.is_stopped
)

SELECT DISTINCT ON (i.case_code, i.milestone, i.occurrence, i.level, i.role)
    i.case_code,
    i.milestone,
    i.occurrence,
    i.level,
    i.role,
    i.step_code,
    i.step_at,
    i.policy_code,
    i.kind,
    i.urgency,
    i.community_code,
    i.ended_at,
    i.step_at < :as_of OR (i.level < 0 AND i.step_at <= :as_of) AS is_due
FROM instants AS i
WHERE i.step_at < i.holds_before
ORDER BY i.case_code, i.milestone, i.occurrence, i.level, i.role, i.step_at
