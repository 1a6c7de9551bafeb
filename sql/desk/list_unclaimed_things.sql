-- The things found and not claimed, the longest kept first, with what was done about each.
-- Reads: found_property, custody_steps
-- Writes: nothing (one row per thing)
-- Rerun: reads only
-- Params:
--   at (timestamptz): instant looked at
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    p.item_code AS item_code,
    p.found_at AS found_at,
    p.place AS place,
    p.item AS item,
    p.valuable AS valuable,
    s.step AS last_step,
    s.due_on AS step_due_on,
    s.told_at AS step_told_at,
    s.list_code AS list_code,
    n.until AS posted_until
FROM found_property AS p
LEFT JOIN LATERAL (
    SELECT
        t.step,
        t.due_on,
        t.told_at,
        t.list_code
    FROM custody_steps AS t
    WHERE
        t.subject = p.item_code
        AND t.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
        AND t.cancelled_on IS NULL
    ORDER BY t.due_on DESC, array_position(CAST(ARRAY['disposal', 'handed_over', 'posted'] AS text[]), t.step) ASC
    LIMIT 1
) AS s ON TRUE
LEFT JOIN LATERAL (
    SELECT max(t.until) AS until
    FROM custody_steps AS t
    WHERE t.subject = p.item_code AND t.step = 'posted' AND t.told_at IS NOT NULL
) AS n ON TRUE
WHERE p.found_at <= CAST(:at AS timestamptz) AND p.claimed_at IS NULL
ORDER BY p.found_at ASC, p.item_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
