-- The samples a figure of the quality check counts or is a mean of; each weighs as many items as it stands for.
--
-- Reads: quality_draws, samples, quality_judgements, quality_draw_criteria, quality_appeal_verdicts
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as quality_mean, quality_critical or quality_scored
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   is_company (boolean): what belongs to no community counts, too
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        coalesce(s.community_code, '') AS community_code,
        s.sample_code AS code,
        CAST(s.score AS text) AS note,
        s.scored_at AS happened_at,
        CASE CAST(:measure AS text)
            WHEN 'quality_mean' THEN s.score / s.probability
            WHEN 'quality_critical' THEN CASE WHEN s.is_critical THEN 1 / s.probability ELSE 0 END
            ELSE CAST(1 AS numeric)
        END AS numerator,
        CASE WHEN CAST(:measure AS text) <> 'quality_scored' THEN 1 / s.probability END AS denominator,
        s.score
    FROM scored_samples(CAST(:starts AS timestamptz), CAST(:ends AS timestamptz)) AS s
    WHERE
        s.community_code = any(CAST(:community_codes AS text[]))
        OR (s.community_code IS NULL AND CAST(:is_company AS boolean))
)

SELECT
    b.community_code,
    b.code,
    b.note,
    b.happened_at,
    b.numerator,
    b.denominator,
    count(*) OVER () AS total_rows,
    sum(b.numerator) OVER () AS total_numerator,
    sum(b.denominator) OVER () AS total_denominator
FROM behind AS b
ORDER BY b.score ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
