-- Every case in the frame of a week, with its last closing and who answers for it: the handler, else whom it was assigned
-- to last before the closing, else who closed it. Those reopened after it and before the week's end are not closed; late
-- ones were closed before the week. The automatic checks look at all of them; the draw counts them where they lie.
--
-- Reads: case_events, cases, quality_cases; frame_communities, late_items (temporary)
-- Writes: closed_cases (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   closing_events (text[]): events that close a case
CREATE TEMPORARY TABLE closed_cases ON COMMIT DROP AS
WITH in_week AS (
    SELECT DISTINCT ON (e.case_code)
        e.case_code,
        e.event_at AS closed_at,
        e.staff_code AS closed_by,
        FALSE AS is_late
    FROM case_events AS e
    WHERE
        e.event = any(CAST(:closing_events AS text[]))
        AND e.event_at >= CAST(:frame_from AS timestamptz)
        AND e.event_at < CAST(:frame_to AS timestamptz)
    ORDER BY e.case_code ASC, e.event_at DESC, e.event ASC
),

late AS (
    SELECT DISTINCT ON (e.case_code)
        e.case_code,
        e.event_at AS closed_at,
        e.staff_code AS closed_by,
        TRUE AS is_late
    FROM late_items AS l
    INNER JOIN case_events AS e ON l.subject_code = e.case_code
    WHERE
        l.subject_kind = 'case'
        AND e.event = any(CAST(:closing_events AS text[]))
        AND e.event_at < CAST(:frame_from AS timestamptz)
        AND NOT EXISTS (
            SELECT 1
            FROM in_week AS w
            WHERE w.case_code = e.case_code
        )
    ORDER BY e.case_code ASC, e.event_at DESC, e.event ASC
),

closings AS (
    SELECT
        w.case_code,
        w.closed_at,
        w.closed_by,
        w.is_late
    FROM in_week AS w
    UNION ALL
    SELECT
        l.case_code,
        l.closed_at,
        l.closed_by,
        l.is_late
    FROM late AS l
)

SELECT
    c.case_code,
    c.closed_at,
    coalesce(k.handler, g.staff_code, c.closed_by) AS staff_code,
    coalesce(nullif(btrim(normalize(k.channel, nfkc)), ''), 'none') AS channel,
    k.community_code,
    k.kind,
    c.is_late
FROM closings AS c
INNER JOIN cases AS k ON c.case_code = k.case_code
INNER JOIN frame_communities AS f ON k.community_code = f.community_code AND c.closed_at >= f.live_at
LEFT JOIN LATERAL (
    SELECT a.staff_code
    FROM case_events AS a
    WHERE
        k.handler IS NULL
        AND a.case_code = c.case_code
        AND a.event = 'assigned'
        AND a.staff_code IS NOT NULL
        AND a.event_at <= c.closed_at
    ORDER BY a.event_at DESC
    LIMIT 1
) AS g ON TRUE
WHERE
    NOT EXISTS (
        SELECT 1
        FROM case_events AS r
        WHERE
            r.case_code = c.case_code
            AND r.event = 'reopened'
            AND r.event_at > c.closed_at
            AND r.event_at < CAST(:frame_to AS timestamptz)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM quality_cases AS o
        WHERE o.case_code = c.case_code
    )
