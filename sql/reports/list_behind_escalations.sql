-- The steps of escalation a figure counts: raised in the period, or standing at its end unacknowledged.
--
-- Reads: escalations, cases
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word: escalations or unacknowledged
--   word (text): level of the escalations
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        c.community_code,
        e.case_code AS code,
        concat_ws(':', e.milestone, e.level, e.role) AS note,
        e.raised_at AS happened_at,
        CAST(1 AS numeric) AS numerator,
        CAST(NULL AS numeric) AS denominator
    FROM escalations AS e
    INNER JOIN cases AS c ON e.case_code = c.case_code
    WHERE
        e.raised_at < CAST(:ends AS timestamptz)
        AND c.community_code = any(CAST(:community_codes AS text[]))
        AND CASE
            WHEN CAST(:measure AS text) = 'unacknowledged'
                THEN
                    e.level <> 0
                    AND (e.stood_down_at IS NULL OR e.stood_down_at >= CAST(:ends AS timestamptz))
                    AND (e.acknowledged_at IS NULL OR e.acknowledged_at >= CAST(:ends AS timestamptz))
            ELSE
                e.raised_at >= CAST(:starts AS timestamptz)
                AND CAST(e.level AS text) = CAST(:word AS text)
        END
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
ORDER BY b.happened_at ASC, b.community_code ASC, b.code ASC, b.note ASC
LIMIT CAST(:row_limit AS integer)
