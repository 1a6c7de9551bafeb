-- Things found that nobody has claimed and that are not reported for disposal yet, with their steps so far (CUST-01).
--
-- Reads: found_property, custody_steps
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   at (timestamptz): instant, inclusive; what was found or claimed after it is not seen
--   live_at (timestamptz): what was found before it is left alone
WITH steps AS (
    SELECT
        s.subject,
        jsonb_object_agg(
            s.step,
            jsonb_build_object('due_on', s.due_on, 'told_at', s.told_at, 'until', s.until)
        ) AS taken
    FROM custody_steps AS s
    WHERE s.step IN ('to_administration', 'posted', 'handed_over', 'disposal') AND s.cancelled_on IS NULL
    GROUP BY s.subject
)

SELECT
    p.item_code,
    p.found_at,
    p.valuable,
    coalesce(s.taken, CAST('{}' AS jsonb)) AS taken
FROM found_property AS p
LEFT JOIN steps AS s ON p.item_code = s.subject
WHERE
    p.found_at BETWEEN CAST(:live_at AS timestamptz) AND CAST(:at AS timestamptz)
    AND (p.claimed_at IS NULL OR p.claimed_at > CAST(:at AS timestamptz))
    AND NOT coalesce(s.taken ? 'disposal', FALSE)
ORDER BY p.item_code
