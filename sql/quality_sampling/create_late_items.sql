-- What came in after the draw of its own week and joins the frame of this one, the first that is not drawn yet; each
-- once, however often it was heard of.
--
-- Reads: quality_late_items, quality_progress, calls, case_events
-- Writes: late_items (temporary), one row per call or case with a closing before the week
-- Rerun: after it was dropped
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive; late items are older
--   closing_events (text[]): events that close a case
CREATE TEMPORARY TABLE late_items ON COMMIT DROP AS
WITH queue AS (
    SELECT DISTINCT
        q.subject_kind,
        q.subject_code
    FROM quality_late_items AS q
    INNER JOIN quality_progress AS p ON p.drawn_to = CAST(:frame_from AS timestamptz)
)

SELECT
    q.subject_kind,
    q.subject_code
FROM queue AS q
WHERE
    q.subject_kind = 'call'
    AND EXISTS (
        SELECT 1
        FROM calls AS c
        WHERE c.call_code = q.subject_code AND c.ended_at < CAST(:frame_from AS timestamptz)
    )
UNION ALL
SELECT
    q.subject_kind,
    q.subject_code
FROM queue AS q
WHERE
    q.subject_kind = 'case'
    AND EXISTS (
        SELECT 1
        FROM case_events AS e
        WHERE
            e.case_code = q.subject_code
            AND e.event = any(CAST(:closing_events AS text[]))
            AND e.event_at < CAST(:frame_from AS timestamptz)
    )
