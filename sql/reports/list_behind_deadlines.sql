-- The deadlines an on-time rate is of, those not kept first. Of a community whose calendar is missing nothing is known of
-- them.
--
-- Reads: deadlines, cases, served_communities, working_calendars
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   word (text): milestone; total: all
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   row_limit (int): rows at most
WITH behind AS (
    SELECT
        c.community_code,
        d.case_code AS code,
        d.milestone || ':' || CASE
            WHEN d.state = 'met_late' AND d.met_at < CAST(:ends AS timestamptz) THEN 'met_late'
            WHEN d.state = 'met' THEN 'met'
            ELSE 'unmet'
        END AS note,
        d.due_at AS happened_at,
        CAST(CASE WHEN d.state = 'met' THEN 1 ELSE 0 END AS numeric) AS numerator,
        CAST(1 AS numeric) AS denominator
    FROM deadlines AS d
    INNER JOIN cases AS c ON d.case_code = c.case_code
    WHERE
        d.due_at >= CAST(:starts AS timestamptz)
        AND d.due_at < CAST(:ends AS timestamptz)
        AND c.community_code = any(CAST(:community_codes AS text[]))
        AND EXISTS (
            SELECT 1
            FROM served_communities AS s
            INNER JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
            WHERE s.community_code = c.community_code
        )
        AND CAST(:word AS text) IN ('total', d.milestone)
        AND (
            d.state IN ('met', 'met_late', 'running')
            OR (d.state = 'cancelled' AND d.ended_by = 'case_ended' AND d.ended_at >= CAST(:ends AS timestamptz))
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
ORDER BY b.numerator < b.denominator DESC NULLS LAST, b.happened_at ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
