-- The callbacks a run planned or changed, with what the gate asks of them: each says what its contacts say.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: callbacks, callback_contacts, customers, staff, runs, callback_progress
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('scheduled_callbacks', 'callback_results')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('scheduled_callbacks', 'callback_results')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

looked_at AS (
    SELECT
        -- Who asks during the day to be left alone is, from the next plan on: only a plan chooses channels.
        r.pipeline = 'scheduled_callbacks' AS is_planning,
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    CROSS JOIN (
        SELECT max(q.computed_to) AS computed_to
        FROM callback_progress AS q
    ) AS p
    WHERE r.run_id = :run_id
),

written AS (
    SELECT
        b.callback_code,
        b.customer_code,
        b.community_code,
        b.staff_code,
        b.not_before,
        b.due_by,
        b.attempts,
        b.max_attempts,
        b.state,
        b.satisfaction,
        b.channel,
        b.planned_on,
        b.promises,
        b.closed_at
    FROM callbacks AS b
    WHERE
        b.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

parts AS (
    SELECT
        t.callback_code,
        count(*) AS contacts,
        count(*) FILTER (WHERE t.state = 'planned') AS open_contacts,
        min(t.not_before) FILTER (WHERE t.state = 'planned') AS not_before,
        min(t.due_by) FILTER (WHERE t.state = 'planned') AS due_by,
        min(array_position(CAST('{call,mail,manager}' AS text[]), t.channel)) FILTER (
            WHERE t.state = 'planned'
        ) AS strongest
    FROM callback_contacts AS t
    INNER JOIN written AS w ON t.callback_code = w.callback_code
    GROUP BY t.callback_code
)

SELECT
    w.callback_code,
    w.state,
    greatest(w.attempts - w.max_attempts, 0) AS attempts_over,
    coalesce(p.contacts, 0) AS contacts,
    (w.state = 'planned') = (coalesce(p.open_contacts, 0) > 0) AS is_as_its_contacts,
    CASE
        WHEN w.state <> 'planned' THEN TRUE
        WHEN w.promises > 0 THEN coalesce(w.due_by >= p.due_by, FALSE)
        ELSE coalesce(w.due_by = p.due_by, FALSE)
    END AS has_least_window,
    w.state <> 'planned'
    OR coalesce(
        p.strongest = array_position(CAST('{call,mail,manager}' AS text[]), w.channel), FALSE
    ) AS has_strongest_channel,
    w.state <> 'planned' OR w.channel <> 'call' OR c.do_not_call IS NOT TRUE OR NOT d.is_planning AS is_left_alone,
    w.satisfaction IS NULL OR w.state = 'reached' AS is_said_when_reached,
    d.day - w.planned_on AS days_since_plan,
    CAST(extract(EPOCH FROM d.at - w.closed_at) AS bigint) AS seconds_since_close,
    w.staff_code IS NULL OR w.state <> 'planned' OR coalesce(s.community_code, w.community_code, '') = coalesce(
        w.community_code, s.community_code, ''
    ) AS is_in_scope
FROM written AS w
CROSS JOIN looked_at AS d
LEFT JOIN parts AS p ON w.callback_code = p.callback_code
LEFT JOIN customers AS c ON w.customer_code = c.customer_code
LEFT JOIN staff AS s ON w.staff_code = s.staff_code
