-- The samples a period's results are made of, each with the size of its stratum and class and how many of them were scored:
-- those of the week's draws, or those whose item lies in the month. Top-ups and corrections looked at again belong to no
-- mean. How many were scored is counted in the whole stratum and class, whatever of it lies in the month.
--
-- Reads: quality_draws, samples, quality_strata, quality_risk_classes
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   period (text): week or month, as in the draws
--   starts_at (timestamptz): start of the month, inclusive; of a week anything
--   ends_at (timestamptz): end of the month, exclusive; draws of weeks from then on are left out. Of a week anything
--   is_month (boolean): a month is asked for
WITH chosen_draws AS (
    SELECT d.draw_code
    FROM quality_draws AS d
    WHERE
        d.kind = 'weekly'
        AND CASE
            WHEN CAST(:is_month AS boolean)
                THEN d.frame_from < CAST(:ends_at AS timestamptz) AND d.frame_to > CAST(:starts_at AS timestamptz)
            ELSE d.period = CAST(:period AS text)
        END
),

of_month AS (
    SELECT DISTINCT s.draw_code
    FROM samples AS s
    INNER JOIN chosen_draws AS c ON s.draw_code = c.draw_code
    WHERE
        NOT CAST(:is_month AS boolean)
        OR (s.occurred_at >= CAST(:starts_at AS timestamptz) AND s.occurred_at < CAST(:ends_at AS timestamptz))
),

drawn AS (
    SELECT
        s.sample_code,
        s.draw_code,
        s.stratum,
        s.risk_class,
        s.staff_code,
        s.team_code,
        s.community_code,
        s.is_random,
        s.is_risk,
        s.occurred_at,
        s.score,
        s.is_critical,
        s.state,
        count(*) FILTER (WHERE s.is_random AND s.score IS NOT NULL)
            OVER (PARTITION BY s.draw_code, s.stratum) AS random_scored,
        count(*) FILTER (WHERE s.is_risk AND s.score IS NOT NULL)
            OVER (PARTITION BY s.draw_code, s.risk_class) AS risk_scored
    FROM samples AS s
    WHERE
        s.draw_code = any(array(
            SELECT m.draw_code
            FROM of_month AS m
        ))
        AND s.reason IN ('random', 'minimum', 'risk')
)

SELECT
    d.sample_code,
    d.draw_code,
    d.stratum,
    d.risk_class,
    d.staff_code,
    d.team_code,
    d.community_code,
    d.is_random,
    d.score,
    d.is_critical,
    d.random_scored,
    t.population,
    t.subject_kind,
    t.staff_code AS stratum_agent,
    d.state IN ('waiting', 'scored', 'appealed') AS is_open,
    CASE WHEN c.risk_class IS NULL THEN 0 ELSE d.risk_scored END AS risk_scored,
    coalesce(c.population, 0) AS risk_population
FROM drawn AS d
INNER JOIN quality_strata AS t
    ON
        d.draw_code = t.draw_code
        AND d.stratum = t.stratum
        AND t.draw_code = any(array(
            SELECT w.draw_code
            FROM of_month AS w
        ))
LEFT JOIN quality_risk_classes AS c
    ON d.draw_code = c.draw_code AND d.risk_class = c.risk_class AND c.risk_items > 0
WHERE
    NOT CAST(:is_month AS boolean)
    OR (d.occurred_at >= CAST(:starts_at AS timestamptz) AND d.occurred_at < CAST(:ends_at AS timestamptz))
ORDER BY d.sample_code
