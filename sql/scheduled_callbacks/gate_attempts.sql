-- The reported attempts a run judged, with what the gate asks of them: which counted as tries, and what was said.
-- A try is an attempt that counted although nobody answered; what a customer said counts whenever it was said.
-- Where a setting has no row, its shipped default holds (a test keeps both alike).
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: callback_attempts, callbacks, callback_conflicts, staff, settings, runs, callback_progress
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
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    CROSS JOIN (
        SELECT max(q.computed_to) AS computed_to
        FROM callback_progress AS q
    ) AS p
    WHERE r.run_id = :run_id
),

terms AS (
    SELECT
        coalesce(max(CAST(s.value AS numeric)) FILTER (WHERE s.setting = 'callback_hours_apart'), 3) AS hours_apart,
        coalesce(
            max(cardinality(string_to_array(s.value, ','))) FILTER (WHERE s.setting = 'callback_day_parts'), 3
        ) AS day_parts
    FROM (
        SELECT DISTINCT ON (g.setting)
            g.setting,
            g.value
        FROM settings AS g
        CROSS JOIN looked_at AS d
        WHERE
            g.setting IN ('callback_hours_apart', 'callback_day_parts')
            AND g.community_code IS NULL
            AND (g.valid_from IS NULL OR g.valid_from <= d.day)
        ORDER BY g.setting ASC, g.valid_from DESC NULLS LAST
    ) AS s
),

judged AS (
    SELECT DISTINCT a.callback_code
    FROM callback_attempts AS a
    WHERE
        a.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

standing AS (
    SELECT
        a.callback_code,
        a.attempted_at,
        a.edition,
        a.staff_code,
        a.outcome,
        a.satisfaction,
        a.verdict,
        a.day_part,
        a.run_id,
        a.verdict = 'counted' AND a.outcome IN ('no_answer', 'busy') AS is_try
    FROM callback_attempts AS a
    INNER JOIN judged AS j ON a.callback_code = j.callback_code
    WHERE a.verdict <> 'superseded'
),

tries AS (
    SELECT
        t.callback_code,
        t.attempted_at,
        t.edition,
        row_number() OVER (PARTITION BY t.callback_code ORDER BY t.attempted_at) AS try_no,
        t.attempted_at - lag(t.attempted_at) OVER (PARTITION BY t.callback_code ORDER BY t.attempted_at) AS since_last,
        t.day_part = lag(t.day_part) OVER (PARTITION BY t.callback_code ORDER BY t.attempted_at) AS is_same_part
    FROM standing AS t
    WHERE t.is_try
)

SELECT
    a.callback_code,
    a.attempted_at,
    a.edition,
    a.outcome,
    a.verdict,
    CAST(extract(EPOCH FROM d.at - a.attempted_at) AS bigint) AS seconds_since_attempt,
    NOT a.is_try OR a.day_part IS NOT NULL AS is_try_within_hours,
    t.since_last IS NULL OR extract(EPOCH FROM t.since_last) >= m.hours_apart * 3600 AS is_try_apart,
    NOT coalesce(t.is_same_part, FALSE) OR m.day_parts = 1 OR b.promises > 0 AS is_in_another_part,
    greatest(coalesce(t.try_no, 0) - b.max_attempts, 0) AS tries_over,
    a.satisfaction IS NULL OR a.outcome = 'reached' OR a.verdict <> 'counted' AS is_said_when_reached,
    a.verdict <> 'counted' OR a.outcome <> 'reached' OR b.state = 'reached' AS is_reflected,
    a.verdict <> 'conflicting' OR EXISTS (
        SELECT 1
        FROM callback_conflicts AS k
        WHERE
            k.callback_code = a.callback_code
            AND (k.first_at = a.attempted_at OR k.second_at = a.attempted_at)
    ) AS is_conflict_kept,
    coalesce(s.hired_on <= CAST((a.attempted_at AT TIME ZONE 'Asia/Shanghai') AS date), TRUE)
    AND coalesce(s.left_on >= CAST((a.attempted_at AT TIME ZONE 'Asia/Shanghai') AS date), TRUE) AS is_by_employed
FROM standing AS a
CROSS JOIN looked_at AS d
CROSS JOIN terms AS m
INNER JOIN callbacks AS b ON a.callback_code = b.callback_code
INNER JOIN staff AS s ON a.staff_code = s.staff_code
LEFT JOIN tries AS t
    ON a.callback_code = t.callback_code AND a.attempted_at = t.attempted_at AND a.edition = t.edition
WHERE
    a.run_id IN (
        SELECT e.run_id
        FROM ungated AS e
    )
