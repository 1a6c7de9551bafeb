-- What has no instant of its own in its register, as it was at one: reports judge each period as at its own end.

CREATE VIEW staff_places AS
SELECT
    c.staff_code,
    c.community_code,
    coalesce(
        lag(c.until) OVER (PARTITION BY c.staff_code ORDER BY c.content_no), CAST('-infinity' AS timestamptz)
    ) AS from_at,
    c.until
FROM (
    SELECT
        h.key ->> 'staff_code' AS staff_code,
        h.before ->> 'community_code' AS community_code,
        h.history_id AS content_no,
        h.changed_at AS until
    FROM register_history AS h
    WHERE h.dataset = 'staff'
    UNION ALL
    SELECT
        s.staff_code,
        s.community_code,
        9223372036854775807 AS content_no,
        CAST('infinity' AS timestamptz) AS until
    FROM staff AS s
) AS c;

COMMENT ON VIEW staff_places IS
'Which community (blank: all) somebody belonged to from which instant (inclusive) to which (exclusive): the register of '
'staff and its history. One row per member of staff and content of the register.';

-- QC-01: a score counts from the instant of its last part; one that was changed since, by whoever gave it or after an appeal,
-- is worked out anew from the parts given before. It is the first reviewer's, else the second's, if all criteria are scored.
CREATE FUNCTION scored_samples(starts timestamptz, ends timestamptz)
RETURNS TABLE (
    sample_code text,
    staff_code text,
    community_code text,
    probability numeric,
    score numeric,
    is_critical boolean,
    scored_at timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
    WITH drawn AS (
        SELECT
            s.sample_code,
            s.draw_code,
            s.staff_code,
            s.community_code,
            s.probability,
            s.reviewer,
            s.second_reviewer,
            s.score,
            s.is_critical,
            s.scored_at,
            s.scored_at >= ends OR EXISTS (
                SELECT 1
                FROM quality_appeal_verdicts AS v
                WHERE v.sample_code = s.sample_code AND v.outcome = 'changed' AND v.decided_at >= ends
            ) AS is_changed
        FROM quality_draws AS d
        INNER JOIN samples AS s ON d.draw_code = s.draw_code
        WHERE
            d.frame_to > starts
            AND d.frame_to <= ends
            AND d.kind = 'weekly'
            AND s.reason IN ('random', 'minimum', 'risk')
            AND s.score IS NOT NULL
    ),

    parts AS (
        SELECT DISTINCT ON (j.sample_code, j.reviewer, j.criterion)
            j.sample_code,
            j.reviewer,
            j.score,
            j.is_critical OR (c.is_critical AND j.score < c.pass_score) AS is_critical,
            j.scored_at,
            c.weight,
            j.reviewer = k.reviewer AS is_first
        FROM drawn AS k
        INNER JOIN quality_judgements AS j
            ON k.sample_code = j.sample_code AND j.reviewer IN (k.reviewer, k.second_reviewer)
        INNER JOIN quality_draw_criteria AS c ON k.draw_code = c.draw_code AND j.criterion = c.criterion
        WHERE k.is_changed AND j.verdict <> 'kept' AND j.scored_at < ends
        ORDER BY j.sample_code ASC, j.reviewer ASC, j.criterion ASC, j.edition DESC
    ),

    former AS (
        SELECT DISTINCT ON (p.sample_code)
            p.sample_code,
            round(sum(p.weight * p.score) / sum(p.weight), 2) AS score,
            bool_or(p.is_critical) AS is_critical,
            max(p.scored_at) AS scored_at
        FROM parts AS p
        INNER JOIN drawn AS k ON p.sample_code = k.sample_code
        GROUP BY p.sample_code, p.reviewer, p.is_first, k.draw_code
        HAVING count(*) = (SELECT count(*) FROM quality_draw_criteria AS c WHERE c.draw_code = k.draw_code)
        ORDER BY p.sample_code ASC, p.is_first DESC
    )

    SELECT
        k.sample_code,
        k.staff_code,
        k.community_code,
        k.probability,
        k.score,
        k.is_critical,
        k.scored_at
    FROM drawn AS k
    WHERE NOT k.is_changed
    UNION ALL
    SELECT
        k.sample_code,
        k.staff_code,
        k.community_code,
        k.probability,
        f.score,
        f.is_critical,
        f.scored_at
    FROM drawn AS k
    INNER JOIN former AS f ON k.sample_code = f.sample_code
$$;

COMMENT ON FUNCTION scored_samples IS
'Samples of the quality weeks that ended in a period, with the scores they had at its end; one row per sample scored.';
