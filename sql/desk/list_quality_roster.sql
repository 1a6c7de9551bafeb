-- Days short of support people, the coming ones first, then the latest (QC-02).
-- Reads: quality_roster_warnings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   day (date): today, in Asia/Shanghai
--   page_size (integer): rows at most
SELECT
    w.day AS day,
    w.on_duty AS on_duty,
    w.needed AS needed,
    w.noted_at AS noted_at,
    w.resolved_at AS resolved_at,
    w.told_at AS told_at
FROM quality_roster_warnings AS w
ORDER BY
    (w.day >= CAST(:day AS date)) DESC,
    abs(w.day - CAST(:day AS date)) ASC
LIMIT CAST(:page_size AS integer)
