-- ESC-10: the clock stops while the case waits for the customer; due instants move by the working time that was paused.
--
-- Only pause time after the start and before the due instant as extended so far counts: with the working position a_k at
-- which the k-th pause begins and the lengths d_j of those before it, the k-th counts if a_k - sum(d_j) < budget. One
-- that counts and lasts leaves no due instant. Nothing after the end of a deadline matters. Paused and resumed at the
-- same instant changes nothing.
-- Worked example: 10:00 plus 4 h, paused 11:00 to 12:30 and from 13:00 on: the first pause counts (1 h < 4 h), the second
-- too (3 h - 1.5 h < 4 h) and lasts: paused. Resumed at 14:00, it is due at 16:30.
--
-- Reads: computed_deadlines (temporary), working_clock
-- Writes: computed_deadlines (temporary), one row per deadline with pauses that count
-- Rerun: once per transaction
--
-- Params: none
WITH clock AS MATERIALIZED (
    SELECT
        c.opens,
        c.passed,
        c.shifts,
        c.reached
    FROM working_clock AS c
),

waiting AS (
    SELECT
        d.ctid AS row_id,
        axis_key(d.axis) AS origin,
        whole_seconds(d.starts_at) AS started,
        width_bucket(axis_key(d.axis) + whole_seconds(d.starts_at), (SELECT c.opens FROM clock AS c)) AS segment,
        d.budget_seconds,
        d.paused_at,
        d.resumed_at,
        least(d.ended_at, d.superseded_at) AS stops_at
    FROM computed_deadlines AS d
    WHERE d.paused_at IS NOT NULL
    OFFSET 0
),

located AS (
    SELECT
        w.*,
        working_position(w.started, w.segment, (SELECT c.shifts FROM clock AS c), (SELECT c.reached FROM clock AS c))
            AS start_position
    FROM waiting AS w
    OFFSET 0
),

-- Most cases wait once; only the others need their marks put in order.
marks AS (
    SELECT
        l.row_id,
        u.at,
        bool_or(u.is_pause) AS is_pause
    FROM located AS l
    CROSS JOIN
        LATERAL (
            SELECT
                p.at,
                TRUE AS is_pause
            FROM unnest(l.paused_at) AS p (at)
            UNION ALL
            SELECT
                r.at,
                FALSE
            FROM unnest(l.resumed_at) AS r (at)
        ) AS u
    WHERE cardinality(l.paused_at) > 1 OR cardinality(l.resumed_at) > 1
    GROUP BY l.row_id, u.at
    HAVING bool_and(u.is_pause) OR NOT bool_or(u.is_pause)
),

turns AS (
    SELECT
        t.row_id,
        t.is_pause,
        t.at,
        lead(t.at) OVER (PARTITION BY t.row_id ORDER BY t.at) AS until_at
    FROM (
        SELECT
            m.*,
            lag(m.is_pause, 1, FALSE) OVER (PARTITION BY m.row_id ORDER BY m.at) AS was_pause
        FROM marks AS m
    ) AS t
    WHERE t.is_pause <> t.was_pause
),

spans AS (
    SELECT
        l.row_id,
        l.origin,
        l.started,
        l.start_position,
        l.budget_seconds,
        l.stops_at,
        l.paused_at[1] AS at,
        CASE WHEN l.resumed_at[1] > l.paused_at[1] THEN l.resumed_at[1] END AS until_at
    FROM located AS l
    WHERE
        cardinality(l.paused_at) = 1
        AND coalesce(cardinality(l.resumed_at), 0) <= 1
        AND l.resumed_at[1] IS DISTINCT FROM l.paused_at[1]
    UNION ALL
    SELECT
        l.row_id,
        l.origin,
        l.started,
        l.start_position,
        l.budget_seconds,
        l.stops_at,
        t.at,
        t.until_at
    FROM turns AS t
    INNER JOIN located AS l ON t.row_id = l.row_id
    WHERE t.is_pause
),

clipped AS (
    SELECT
        p.row_id,
        p.origin,
        p.start_position,
        p.budget_seconds,
        greatest(whole_seconds(p.at), p.started) AS from_instant,
        whole_seconds(least(p.until_at, p.stops_at)) AS to_instant
    FROM spans AS p
    WHERE
        (p.until_at IS NULL OR whole_seconds(p.until_at) > p.started)
        AND (p.stops_at IS NULL OR (p.stops_at > p.at AND whole_seconds(p.stops_at) >= p.started))
    OFFSET 0
),

segmented AS (
    SELECT
        c.*,
        width_bucket(c.origin + c.from_instant, (SELECT k.opens FROM clock AS k)) AS from_segment,
        width_bucket(c.origin + c.to_instant, (SELECT k.opens FROM clock AS k)) AS to_segment
    FROM clipped AS c
    OFFSET 0
),

positioned AS (
    SELECT
        c.row_id,
        c.origin,
        c.start_position,
        c.budget_seconds,
        c.from_instant,
        working_position(
            c.from_instant, c.from_segment, (SELECT k.shifts FROM clock AS k), (SELECT k.reached FROM clock AS k)
        ) - c.start_position AS begins_after,
        working_position(
            c.to_instant, c.to_segment, (SELECT k.shifts FROM clock AS k), (SELECT k.reached FROM clock AS k)
        ) - c.start_position AS ends_after
    FROM segmented AS c
    OFFSET 0
),

judged AS (
    SELECT
        p.row_id,
        p.origin,
        p.start_position + p.budget_seconds AS base_position,
        p.ends_after - p.begins_after AS length,
        p.begins_after - coalesce(
            sum(p.ends_after - p.begins_after) OVER (
                PARTITION BY p.row_id ORDER BY p.from_instant ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) < p.budget_seconds AS counts
    FROM positioned AS p
),

extended AS (
    SELECT
        j.row_id,
        j.origin,
        coalesce(sum(j.length), 0) AS paused_seconds,
        bool_or(j.length IS NULL) AS is_paused,
        j.base_position + coalesce(sum(j.length), 0) AS due_position
    FROM judged AS j
    WHERE j.counts
    GROUP BY j.row_id, j.origin, j.base_position
)

UPDATE computed_deadlines AS d SET
    paused_seconds = e.paused_seconds,
    due_at = CASE
        WHEN e.is_paused THEN NULL
        WHEN e.paused_seconds = 0 THEN d.due_at
        ELSE to_timestamp(
            e.due_position - (SELECT c.shifts FROM clock AS c)[
                width_bucket(e.origin + e.due_position - 0.5, (SELECT c.passed FROM clock AS c))
            ]
        )
    END
FROM extended AS e
WHERE e.row_id = d.ctid
