-- Marks communities: that the managers have seen the plan of a month.
--
-- Reads: inspection_progress
-- Writes: inspection_progress.plan_told_for, one row per community given
-- Rerun: changes nothing
--
-- Params:
--   period (text): month, YYYY-MM
--   community_codes (text[]): communities
UPDATE inspection_progress AS p
SET plan_told_for = :period
WHERE
    p.community_code = any(CAST(:community_codes AS text[]))
    AND coalesce(p.plan_told_for < :period, TRUE)
