-- The lists and notices of things kept that went out lately, the latest first.
-- Reads: custody_steps
-- Writes: nothing (one row per list and step)
-- Rerun: reads only
-- Params:
--   communities (text[]): only what is of these communities, and things found, which belong to none; null: all
--   noted_since (date): due from this day on, inclusive
--   page_size (integer): rows at most
SELECT
    s.list_code AS list_code,
    s.step AS step,
    max(s.told_at) AS told_at,
    max(s.until) AS until,
    count(*) AS things
FROM custody_steps AS s
WHERE
    s.told_at IS NOT NULL
    AND s.due_on >= CAST(:noted_since AS date)
    AND (
        CAST(:communities AS text[]) IS NULL
        OR s.step IN ('to_administration', 'posted', 'handed_over', 'disposal')
        OR s.community_code = any(CAST(:communities AS text[]))
    )
GROUP BY s.list_code, s.step
ORDER BY max(s.told_at) DESC, s.list_code ASC, s.step ASC
LIMIT CAST(:page_size AS integer)
