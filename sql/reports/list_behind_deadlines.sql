-- The deadlines an on-time rate is of, those not kept first. Of a community whose calendar is missing nothing is known of
-- them.
--
-- Reads: deadlines, deadline_changes, deadline_former_starts, cases, served_communities, working_calendars
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
        d.milestone || ':' || CASE WHEN d.is_kept THEN 'met' WHEN d.met_at IS NOT NULL THEN 'met_late' ELSE 'unmet' END
            AS note,
        d.due_at AS happened_at,
        CAST(CASE WHEN d.is_kept THEN 1 ELSE 0 END AS numeric) AS numerator,
        CAST(1 AS numeric) AS denominator
    FROM deadlines_due(CAST(:starts AS timestamptz), CAST(:ends AS timestamptz)) AS d
    INNER JOIN cases AS c ON d.case_code = c.case_code
    WHERE
        c.community_code = any(CAST(:community_codes AS text[]))
        AND EXISTS (
            SELECT 1
            FROM served_communities AS s
            INNER JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
            WHERE s.community_code = c.community_code
        )
        AND CAST(:word AS text) IN ('total', d.milestone)
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
