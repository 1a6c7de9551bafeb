-- The ratings customers gave that a figure counts or is a mean of, the worst first.
--
-- Reads: callback_attempts, callbacks
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as satisfied, satisfaction or rated
--   word (text): rating; blank: all
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   is_company (boolean): what belongs to no community counts, too
--   dissatisfied_up_to (int): rating, inclusive, up to which a customer is dissatisfied
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        coalesce(b.community_code, '') AS community_code,
        a.callback_code AS code,
        CAST(a.satisfaction AS text) AS note,
        a.attempted_at AS happened_at,
        CAST(
            CASE CAST(:measure AS text)
                WHEN 'satisfaction' THEN a.satisfaction
                WHEN 'satisfied'
                    THEN CASE WHEN a.satisfaction > CAST(:dissatisfied_up_to AS integer) THEN 1 ELSE 0 END
                ELSE 1
            END AS numeric
        ) AS numerator,
        CAST(CASE WHEN CAST(:measure AS text) <> 'rated' THEN 1 END AS numeric) AS denominator
    FROM callback_attempts AS a
    INNER JOIN callbacks AS b ON a.callback_code = b.callback_code
    WHERE
        a.attempted_at >= CAST(:starts AS timestamptz)
        AND a.attempted_at < CAST(:ends AS timestamptz)
        AND a.satisfaction IS NOT NULL
        AND a.verdict = 'counted'
        AND (CAST(:word AS text) = '' OR CAST(a.satisfaction AS text) = CAST(:word AS text))
        AND (
            b.community_code = any(CAST(:community_codes AS text[]))
            OR (b.community_code IS NULL AND CAST(:is_company AS boolean))
        )
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
ORDER BY b.note ASC, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
