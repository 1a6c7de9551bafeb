-- The visits of the period that found something and opened a case.
--
-- Reads: inspection_visits, inspections
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        i.community_code,
        v.inspection_code AS code,
        v.case_code AS note,
        v.inspected_at AS happened_at,
        CAST(1 AS numeric) AS numerator,
        CAST(NULL AS numeric) AS denominator
    FROM inspection_visits AS v
    INNER JOIN inspections AS i ON v.inspection_code = i.inspection_code
    WHERE
        v.inspected_at >= CAST(:starts AS timestamptz)
        AND v.inspected_at < CAST(:ends AS timestamptz)
        AND v.case_code IS NOT NULL
        AND i.community_code = any(CAST(:community_codes AS text[]))
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
ORDER BY b.happened_at ASC, b.community_code ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
