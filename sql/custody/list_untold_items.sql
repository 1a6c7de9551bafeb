-- Things found whose step is due and nobody was told of, with what a list says of them (CUST-01).
--
-- Reads: custody_steps, found_property
-- Writes: nothing
-- Rerun: the same rows until they are told
--
-- Params:
--   step (text): to_administration, posted, handed_over or disposal
--   at (timestamptz): instant, inclusive; what was claimed by then is left out
SELECT
    s.step,
    s.subject AS item_code,
    s.due_on,
    p.found_at,
    p.place,
    p.item,
    p.valuable,
    max(o.until) FILTER (WHERE o.step = 'posted') AS posted_until,
    max(o.told_at) FILTER (WHERE o.step = 'to_administration') AS at_administration_since,
    max(o.told_at) FILTER (WHERE o.step = 'handed_over') AS handed_over_since
FROM custody_steps AS s
INNER JOIN found_property AS p ON s.subject = p.item_code
LEFT JOIN custody_steps AS o
    ON s.subject = o.subject AND o.step IN ('to_administration', 'posted', 'handed_over') AND o.told_at IS NOT NULL
WHERE
    s.step = CAST(:step AS text)
    AND s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND (p.claimed_at IS NULL OR p.claimed_at > CAST(:at AS timestamptz))
GROUP BY s.step, s.subject, s.due_on, p.item_code
ORDER BY p.found_at, s.subject
