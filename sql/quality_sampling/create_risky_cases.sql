-- Cases with something that makes them, and the calls about them, risky: complaints, dissatisfied callbacks, reopenings.
--
-- Reads: cases, case_events, callback_contacts, frame_communities (temporary)
-- Writes: risky_cases (temporary), one row per case, its flags in the order in which class names hold them
-- Rerun: after it was dropped
--
-- Params:
--   frame_to (timestamptz): end of the week, exclusive; what came later is not seen
CREATE TEMPORARY TABLE risky_cases ON COMMIT DROP AS
WITH found AS (
    SELECT
        k.case_code,
        TRUE AS is_complaint,
        FALSE AS is_dissatisfied,
        FALSE AS is_reopened
    FROM cases AS k
    WHERE k.kind = 'complaint'
    UNION ALL
    SELECT
        c.case_code,
        FALSE,
        TRUE,
        FALSE
    FROM callback_contacts AS c
    INNER JOIN frame_communities AS f ON c.community_code = f.community_code AND c.satisfaction <= f.dissatisfied_up_to
    WHERE
        c.satisfaction IS NOT NULL
        AND c.case_code IS NOT NULL
        AND c.state = 'reached'
        AND c.closed_at < CAST(:frame_to AS timestamptz)
    UNION ALL
    SELECT
        e.case_code,
        FALSE,
        FALSE,
        TRUE
    FROM case_events AS e
    WHERE e.event = 'reopened' AND e.event_at < CAST(:frame_to AS timestamptz)
)

SELECT
    f.case_code,
    array_remove(
        ARRAY[
            CASE WHEN bool_or(f.is_complaint) THEN 'complaint' END,
            CASE WHEN bool_or(f.is_dissatisfied) THEN 'dissatisfied' END,
            CASE WHEN bool_or(f.is_reopened) THEN 'reopened' END
        ],
        NULL
    ) AS flags
FROM found AS f
GROUP BY f.case_code
