-- The samples a run drew, assigned or changed, with what the gate asks of them: why they are in, by what probability, and
-- who scores them. Who belongs to which team is asked of items drawn now: people move later. What is served is asked of
-- the day of the draw: of a week that is caught up its own Monday.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: samples, quality_draws, quality_strata, quality_risk_classes, quality_cases, quality_appeal_verdicts, calls,
--        case_events, staff, communities, settings, quality_progress, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('quality_sampling', 'quality_results')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('quality_sampling', 'quality_results')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

looked_at AS (
    SELECT
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    LEFT JOIN quality_progress AS p ON p.only_row
    WHERE r.run_id = :run_id
),

draw_days AS (
    SELECT DISTINCT CAST(d.explanation ->> 'drawn_on' AS date) AS drawn_on
    FROM quality_draws AS d
    WHERE
        d.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

live AS (
    SELECT DISTINCT ON (n.drawn_on, c.community_code)
        n.drawn_on,
        c.community_code,
        CAST(s.value AS date) AS live_from
    FROM communities AS c
    CROSS JOIN looked_at AS d
    CROSS JOIN draw_days AS n
    INNER JOIN settings AS s
        ON s.setting = 'live_from' AND coalesce(s.community_code, c.community_code) = c.community_code
    WHERE s.valid_from IS NULL OR s.valid_from <= coalesce(n.drawn_on, d.day)
    ORDER BY n.drawn_on ASC, c.community_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
),

written AS (
    SELECT
        s.sample_code,
        s.draw_code,
        s.stratum,
        s.subject_kind,
        s.subject_code,
        s.staff_code,
        s.team_code,
        s.community_code,
        s.reviewer,
        s.second_reviewer,
        s.reason,
        s.probability,
        s.random_probability,
        s.risk_probability,
        s.is_random,
        s.is_risk,
        s.risk_class,
        s.is_late,
        s.occurred_at,
        s.unassigned_reason,
        s.state,
        s.score,
        s.appeal_until,
        s.final_at,
        CAST(d.explanation ->> 'drawn_on' AS date) AS drawn_on,
        d.frame_from,
        d.frame_to,
        d.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        ) AS is_drawn_now
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE
        s.run_id = any(
            array(
                SELECT e.run_id
                FROM ungated AS e
            )
        )
)

SELECT
    w.sample_code,
    CASE
        WHEN w.reason IN ('random', 'minimum', 'risk')
            THEN greatest(
                abs(
                    w.probability - 1
                    + (1 - coalesce(w.random_probability, 0)) * (1 - coalesce(w.risk_probability, 0))
                ),
                abs(
                    coalesce(w.risk_probability, 0) - coalesce(CAST(q.risk_items AS numeric) / nullif(q.population, 0), 0)
                )
            )
        WHEN w.reason = 'audit' THEN 1 - w.probability
        ELSE 0
    END AS probability_off,
    w.reason = 'audit' OR w.is_late OR (w.occurred_at >= w.frame_from AND w.occurred_at < w.frame_to) AS is_in_frame,
    w.reason = 'audit' OR NOT w.is_drawn_now OR CASE w.subject_kind
        WHEN 'call'
            THEN EXISTS (
                SELECT 1
                FROM calls AS c
                WHERE c.call_code = w.subject_code AND c.ended_at = w.occurred_at
            )
        ELSE EXISTS (
            SELECT 1
            FROM case_events AS v
            WHERE v.case_code = w.subject_code AND v.event_at = w.occurred_at AND v.event IN ('closed', 'resolved')
        )
    END AS has_fact,
    CASE w.reason
        WHEN 'risk' THEN w.is_risk AND NOT w.is_random
        WHEN 'random' THEN w.is_random
        WHEN 'minimum' THEN w.is_random
        ELSE NOT w.is_risk AND NOT w.is_random
    END AS is_reason_true,
    NOT w.is_risk OR EXISTS (
        SELECT 1
        FROM quality_risk_classes AS k
        WHERE k.draw_code = w.draw_code AND k.risk_class = w.risk_class AND k.risk_items > 0
    ) AS is_of_class,
    w.reason IN ('audit', 'top_up') OR EXISTS (
        SELECT 1
        FROM quality_strata AS t
        WHERE
            t.draw_code = w.draw_code
            AND t.stratum = w.stratum
            AND t.subject_kind = w.subject_kind
            AND coalesce(t.staff_code, w.staff_code) = w.staff_code
    ) AS is_of_stratum,
    CASE WHEN w.is_drawn_now THEN coalesce(
        CAST((w.occurred_at AT TIME ZONE 'Asia/Shanghai') AS date) - coalesce(
            l.live_from, (
                SELECT min(m.live_from)
                FROM live AS m
                WHERE m.drawn_on IS NOT DISTINCT FROM w.drawn_on
            )
        ), -1
    ) END AS days_since_live,
    NOT w.is_drawn_now OR w.team_code IS NULL OR (
        coalesce(r.team_code, '') <> w.team_code AND coalesce(x.team_code, '') <> w.team_code
    ) AS is_other_team,
    (w.reviewer IS NULL) = (w.unassigned_reason IS NOT NULL) OR coalesce(w.state <> 'waiting', FALSE) AS is_assigned_or_told,
    (w.score IS NOT NULL) = coalesce(w.state IN ('scored', 'appealed', 'final'), FALSE) AS is_state_of_score,
    w.final_at IS NULL OR w.state <> 'final' OR w.appeal_until IS NULL OR w.final_at > w.appeal_until OR EXISTS (
        SELECT 1
        FROM quality_appeal_verdicts AS a
        WHERE a.sample_code = w.sample_code AND a.decided_at <= w.final_at
    ) AS is_appeal_time_kept
FROM written AS w
CROSS JOIN looked_at AS d
LEFT JOIN live AS l ON w.community_code = l.community_code AND w.drawn_on IS NOT DISTINCT FROM l.drawn_on
LEFT JOIN staff AS r
    ON w.reviewer = r.staff_code AND coalesce(r.team_from, d.day) <= d.day
LEFT JOIN staff AS x
    ON w.second_reviewer = x.staff_code AND coalesce(x.team_from, d.day) <= d.day
LEFT JOIN quality_risk_classes AS q ON w.draw_code = q.draw_code AND w.risk_class = q.risk_class
