-- QC-01: what was ever reported of some samples: the contents a score had before, as the history of its register keeps them,
-- and the one it has. A score made in time still counts when somebody writes another one over it too late.
--
-- Reads: quality_scores, register_history, samples, staff_teams (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): the samples
--   at (timestamptz): scores made later are invisible, inclusive
WITH standing AS (
    SELECT
        r.sample_code,
        r.reviewer,
        r.criterion,
        r.score,
        r.critical,
        r.comment,
        r.scored_at,
        r.loaded_from
    FROM quality_scores AS r
    WHERE r.sample_code = any(CAST(:sample_codes AS text[]))
),

contents AS (
    SELECT
        r.sample_code,
        r.reviewer,
        r.criterion,
        h.history_id AS content_no,
        CAST(h.before ->> 'score' AS numeric) AS score,
        coalesce(CAST(h.before ->> 'critical' AS boolean), FALSE) AS is_critical,
        h.before ->> 'comment' AS remark,
        CAST(h.before ->> 'scored_at' AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS scored_at,
        h.previous_from AS loaded_from
    FROM standing AS r
    INNER JOIN register_history AS h
        ON
            h.dataset = 'quality_scores'
            AND h.key
            = jsonb_build_object('sample_code', r.sample_code, 'reviewer', r.reviewer, 'criterion', r.criterion)
    UNION ALL
    SELECT
        r.sample_code,
        r.reviewer,
        r.criterion,
        9223372036854775807 AS content_no,
        r.score,
        coalesce(r.critical, FALSE) AS is_critical,
        r.comment AS remark,
        r.scored_at,
        r.loaded_from
    FROM standing AS r
)

SELECT
    c.sample_code,
    c.reviewer,
    coalesce(t.team_code, '') AS reviewer_team,
    c.criterion,
    c.score,
    c.is_critical,
    c.remark,
    c.scored_at,
    c.loaded_from,
    md5(CAST(row(trim_scale(c.score), c.is_critical, c.remark, c.scored_at AT TIME ZONE 'UTC') AS text)) AS content_digest
FROM contents AS c
INNER JOIN samples AS s ON c.sample_code = s.sample_code
LEFT JOIN staff_teams AS t
    ON
        c.reviewer = t.staff_code
        AND CAST(s.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
WHERE c.scored_at <= CAST(:at AS timestamptz)
ORDER BY c.sample_code, c.reviewer, c.criterion, c.content_no
