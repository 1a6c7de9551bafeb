-- Devices out of order, and those nobody checked, the latest first.
-- Reads: custody_steps, staff, communities
-- Writes: nothing (one row per step)
-- Rerun: reads only
-- Params:
--   communities (text[]): only devices of these communities; null: all
--   noted_since (date): from this day on, inclusive
--   page_size (integer): rows at most
SELECT
    s.step AS step,
    s.due_on AS due_on,
    s.device AS device,
    s.checked_at AS checked_at,
    s.staff_code AS staff_code,
    f.staff_name AS staff_name,
    c.community_name AS community_name,
    s.told_at AS told_at
FROM custody_steps AS s
LEFT JOIN staff AS f ON s.staff_code = f.staff_code
LEFT JOIN communities AS c ON s.community_code = c.community_code
WHERE
    s.step IN ('device_abnormal', 'device_unchecked')
    AND s.cancelled_on IS NULL
    AND s.due_on >= CAST(:noted_since AS date)
    AND (CAST(:communities AS text[]) IS NULL OR s.community_code = any(CAST(:communities AS text[])))
ORDER BY s.due_on DESC, s.step ASC, s.subject ASC
LIMIT CAST(:page_size AS integer)
