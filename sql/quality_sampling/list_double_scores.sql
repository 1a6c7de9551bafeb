-- What both reviewers of a sample scored twice, blind, have said of it, criterion by criterion in its newest form; the
-- criteria are those of its draw. What an appeal changed later is none of it. Of samples of a week's draws, or of a month.
--
-- Reads: samples, quality_draws, quality_draw_criteria, quality_judgements
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   period (text): week or month, as in the draws
--   starts_at (timestamptz): start of the month, inclusive; of a week anything
--   ends_at (timestamptz): end of the month, exclusive; of a week anything
--   is_month (boolean): a month is asked for
WITH twice AS (
    SELECT
        s.sample_code,
        s.draw_code,
        s.reviewer,
        s.second_reviewer
    FROM samples AS s
    INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
    WHERE
        s.second_reviewer IS NOT NULL
        AND CASE
            WHEN CAST(:is_month AS boolean)
                THEN
                    d.frame_to > CAST(:starts_at AS timestamptz)
                    AND s.occurred_at >= CAST(:starts_at AS timestamptz)
                    AND s.occurred_at < CAST(:ends_at AS timestamptz)
            ELSE d.period = CAST(:period AS text)
        END
)

SELECT DISTINCT ON (t.sample_code, j.reviewer, c.position)
    t.sample_code,
    j.reviewer = t.reviewer AS is_first,
    c.criterion,
    c.weight,
    c.is_critical AS is_critical_criterion,
    c.pass_score,
    (
        SELECT count(*)
        FROM quality_draw_criteria AS k
        WHERE k.draw_code = t.draw_code
    ) AS criteria,
    j.score,
    j.is_critical
FROM twice AS t
INNER JOIN quality_draw_criteria AS c ON t.draw_code = c.draw_code
INNER JOIN quality_judgements AS j
    ON
        t.sample_code = j.sample_code
        AND c.criterion = j.criterion
        AND j.reviewer IN (t.reviewer, t.second_reviewer)
        AND j.verdict <> 'kept'
ORDER BY t.sample_code ASC, j.reviewer ASC, c.position ASC, j.edition DESC
