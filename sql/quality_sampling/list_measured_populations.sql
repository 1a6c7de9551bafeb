-- How many items a period's results speak for, and what share of each agent's items lies in strata of which something was
-- scored: by the week's draws, or by those of the weeks the month touches. Of a week that touches two months a stratum
-- belongs to a month in proportion to its random items that lie in it. Pooled agents share their stratum.
--
-- Reads: quality_draws, quality_populations, quality_strata, samples
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   period (text): week or month, as in the draws
--   starts_at (timestamptz): start of the month, inclusive; of a week anything
--   ends_at (timestamptz): end of the month, exclusive; of a week anything
--   is_month (boolean): a month is asked for
WITH weekly AS (
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

drawn AS (
    SELECT
        s.draw_code,
        s.stratum,
        bool_or(s.score IS NOT NULL) AS is_scored,
        CAST(
            count(*) FILTER (
                WHERE
                NOT CAST(:is_month AS boolean)
                OR (s.occurred_at >= CAST(:starts_at AS timestamptz) AND s.occurred_at < CAST(:ends_at AS timestamptz))
            ) AS numeric
        ) / count(*) AS inside
    FROM samples AS s
    INNER JOIN weekly AS w ON s.draw_code = w.draw_code
    WHERE s.is_random
    GROUP BY s.draw_code, s.stratum
),

own AS (
    SELECT
        t.draw_code,
        t.subject_kind,
        t.staff_code,
        sum(t.population * coalesce(s.inside, 1)) FILTER (WHERE s.is_scored)
        / nullif(sum(t.population * coalesce(s.inside, 1)), 0) AS covered,
        sum(t.population * coalesce(s.inside, 1)) / nullif(sum(t.population), 0) AS inside
    FROM quality_strata AS t
    INNER JOIN weekly AS w ON t.draw_code = w.draw_code
    LEFT JOIN drawn AS s ON t.draw_code = s.draw_code AND t.stratum = s.stratum
    GROUP BY t.draw_code, t.subject_kind, t.staff_code
),

agents AS (
    SELECT
        p.draw_code,
        p.subject_kind,
        p.staff_code,
        sum(p.population) AS population
    FROM quality_populations AS p
    INNER JOIN weekly AS w ON p.draw_code = w.draw_code
    GROUP BY p.draw_code, p.subject_kind, p.staff_code
),

shares AS (
    SELECT
        a.subject_kind,
        a.staff_code,
        sum(
            a.population * coalesce(CASE WHEN o.draw_code IS NULL THEN q.inside ELSE o.inside END, 1)
            * coalesce(CASE WHEN o.draw_code IS NULL THEN q.covered ELSE o.covered END, 0)
        )
        / nullif(
            sum(a.population * coalesce(CASE WHEN o.draw_code IS NULL THEN q.inside ELSE o.inside END, 1)), 0
        ) AS covered
    FROM agents AS a
    LEFT JOIN own AS o
        ON a.draw_code = o.draw_code AND a.subject_kind = o.subject_kind AND a.staff_code = o.staff_code
    LEFT JOIN own AS q ON a.draw_code = q.draw_code AND a.subject_kind = q.subject_kind AND q.staff_code IS NULL
    GROUP BY a.subject_kind, a.staff_code
)

SELECT
    p.staff_code,
    p.team_code,
    p.community_code,
    p.subject_kind,
    sum(p.frame_items) AS frame_items,
    sum(p.population) AS population,
    coalesce(max(c.covered), 0) AS covered
FROM quality_populations AS p
INNER JOIN quality_draws AS d ON p.draw_code = d.draw_code
LEFT JOIN shares AS c ON p.subject_kind = c.subject_kind AND p.staff_code = c.staff_code
WHERE d.period = CAST(:period AS text)
GROUP BY p.staff_code, p.team_code, p.community_code, p.subject_kind
ORDER BY p.staff_code, p.team_code, p.community_code, p.subject_kind
