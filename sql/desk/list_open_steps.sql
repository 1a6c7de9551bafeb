-- The steps of things kept that are due and not told yet, the longest due first.
-- Reads: custody_steps
-- Writes: nothing (one row per step)
-- Rerun: reads only
-- Params:
--   communities (text[]): only steps of these communities and of things found, which belong to none; null: all
--   page_size (integer): rows at most
SELECT
    s.step AS step,
    s.subject AS subject,
    s.due_on AS due_on,
    s.device AS device,
    s.staff_code AS staff_code,
    s.community_code AS community_code
FROM custody_steps AS s
WHERE
    s.told_at IS NULL
    AND s.cancelled_on IS NULL
    AND (
        CAST(:communities AS text[]) IS NULL
        OR s.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
        OR s.community_code = any(CAST(:communities AS text[]))
    )
ORDER BY s.due_on ASC, s.step ASC, s.subject ASC
LIMIT CAST(:page_size AS integer)
