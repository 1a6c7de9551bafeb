-- The scores a run judged, with what the gate asks of them: only those of the people assigned count, in time, as reported,
-- and the sample's score is the weighted mean of what counts.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: quality_judgements, quality_scores, quality_appeal_verdicts, quality_draws, quality_draw_criteria, quality_remarks,
--        samples, staff, quality_progress, runs
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

judged AS (
    SELECT
        j.sample_code,
        j.reviewer,
        j.criterion,
        j.edition,
        j.score,
        j.is_critical,
        j.scored_at,
        j.verdict,
        j.reason,
        j.judged_at,
        s.staff_code,
        s.reviewer AS first_reviewer,
        s.second_reviewer,
        s.scored_by,
        s.score AS sample_score,
        s.final_at,
        coalesce(a.draw_code, s.draw_code) AS criteria_of,
        date_trunc('day', d.drawn_at AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai' AS drawn_day_at
    FROM quality_judgements AS j
    INNER JOIN samples AS s ON j.sample_code = s.sample_code
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    LEFT JOIN samples AS a ON s.audits_code = a.sample_code
    WHERE
        j.run_id = any(
            array(
                SELECT e.run_id
                FROM ungated AS e
            )
        )
),

means AS (
    SELECT
        g.sample_code,
        round(sum(q.weight * c.score) / sum(q.weight), 2) AS score
    FROM (
        SELECT DISTINCT
            j.sample_code,
            j.scored_by,
            j.criteria_of
        FROM judged AS j
        WHERE j.scored_by IS NOT NULL
    ) AS g
    INNER JOIN quality_judgements AS c
        ON g.sample_code = c.sample_code AND g.scored_by = c.reviewer AND c.verdict IN ('counted', 'second')
    INNER JOIN quality_draw_criteria AS q ON g.criteria_of = q.draw_code AND c.criterion = q.criterion
    GROUP BY g.sample_code
)

SELECT
    j.sample_code,
    j.reviewer,
    j.criterion,
    j.edition,
    j.verdict NOT IN ('counted', 'second')
    OR coalesce(j.reviewer = j.first_reviewer, FALSE)
    OR coalesce(j.reviewer = j.second_reviewer, FALSE)
    OR EXISTS (
        SELECT 1
        FROM quality_appeal_verdicts AS a
        WHERE
            a.sample_code = j.sample_code
            AND a.verdict = 'accepted'
            AND (a.reviewer = j.reviewer OR j.scored_by IS DISTINCT FROM j.reviewer)
    ) AS is_by_assigned,
    j.verdict NOT IN ('counted', 'second') OR j.reviewer <> j.staff_code AS is_others_work,
    j.verdict <> 'second' OR coalesce(j.reviewer = j.second_reviewer, FALSE) AS is_second_blind,
    CASE
        WHEN j.verdict IN ('counted', 'second') THEN CAST(extract(EPOCH FROM j.scored_at - j.drawn_day_at) AS bigint)
        ELSE 0
    END AS seconds_since_draw,
    CAST(extract(EPOCH FROM l.at - j.scored_at) AS bigint) AS seconds_since_score,
    j.verdict NOT IN ('counted', 'second')
    OR j.final_at IS NULL
    OR j.judged_at <= j.final_at
    OR (j.verdict = 'second' AND j.scored_by <> j.reviewer) AS is_before_close,
    j.verdict NOT IN ('counted', 'second') OR EXISTS (
        SELECT 1
        FROM quality_draw_criteria AS q
        WHERE q.draw_code = j.criteria_of AND q.criterion = j.criterion
    ) AS is_of_criteria,
    j.verdict NOT IN ('counted', 'second') OR NOT EXISTS (
        SELECT 1
        FROM quality_judgements AS o
        WHERE
            o.sample_code = j.sample_code
            AND o.reviewer = j.reviewer
            AND o.criterion = j.criterion
            AND o.edition <> j.edition
            AND o.verdict IN ('counted', 'second')
    ) AS is_only_one,
    j.verdict <> 'kept' OR EXISTS (
        SELECT 1
        FROM quality_remarks AS r
        WHERE r.kind LIKE 'score\_%' AND r.subject LIKE j.sample_code || '%'
    ) AS is_kept_told,
    CASE
        WHEN j.scored_by = j.reviewer AND j.verdict IN ('counted', 'second')
            THEN abs(coalesce(m.score, -1) - coalesce(j.sample_score, -1))
        ELSE 0
    END AS score_off,
    coalesce(p.hired_on <= CAST((j.scored_at AT TIME ZONE 'Asia/Shanghai') AS date), TRUE)
    AND coalesce(p.left_on >= CAST((j.scored_at AT TIME ZONE 'Asia/Shanghai') AS date), TRUE) AS is_by_employed
FROM judged AS j
CROSS JOIN looked_at AS l
INNER JOIN staff AS p ON j.reviewer = p.staff_code
LEFT JOIN means AS m ON j.sample_code = m.sample_code
