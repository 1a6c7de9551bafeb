-- Calls of the week, and late ones, that fail a check: taken without saying whose or what about (CASE-01), and those that
-- waited too long in the queue, whether taken in the end or not.
--
-- Reads: calls; late_items (temporary)
-- Writes: frame_facts (temporary), one row per call and check
-- Rerun: after frame_facts was made anew
--
-- Params:
--   frame_from (timestamptz): start of the week, inclusive
--   frame_to (timestamptz): end of the week, exclusive
--   queue_seconds (integer): seconds in the queue above which a call is answered late
INSERT INTO frame_facts (check_name, subject_kind, subject_code, staff_code, community_code, occurred_at, detail)
WITH inbound AS (
    SELECT
        c.call_code,
        c.ended_at,
        c.staff_code,
        c.answered AND c.customer_code IS NULL AND c.case_code IS NULL AS is_blank,
        c.queue_seconds
    FROM calls AS c
    WHERE
        c.direction = 'in'
        AND c.started_at >= CAST(:frame_from AS timestamptz) - interval '2 days'
        AND c.started_at < CAST(:frame_to AS timestamptz)
        AND c.ended_at >= CAST(:frame_from AS timestamptz)
        AND c.ended_at < CAST(:frame_to AS timestamptz)
    UNION ALL
    SELECT
        c.call_code,
        c.ended_at,
        c.staff_code,
        c.answered AND c.customer_code IS NULL AND c.case_code IS NULL,
        c.queue_seconds
    FROM late_items AS l
    INNER JOIN calls AS c ON l.subject_code = c.call_code
    WHERE l.subject_kind = 'call' AND c.direction = 'in'
)

SELECT
    f.check_name,
    'call',
    i.call_code,
    i.staff_code,
    NULL,
    i.ended_at,
    f.detail
FROM inbound AS i
INNER JOIN LATERAL (
    VALUES
    ('blank_fields', i.is_blank, 'customer_code,case_code'),
    ('answered_late', i.queue_seconds > CAST(:queue_seconds AS integer), 'queue:' || CAST(i.queue_seconds AS text))
) AS f (check_name, is_failed, detail) ON f.is_failed
