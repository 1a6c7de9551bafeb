-- The communities whose days are still to be planned, with the first of these days; a day planned before is looked at
-- once more when it is today, so that what was loaded since this morning still finds its place.
--
-- Reads: inspected_communities (temporary), inspection_progress
-- Writes: planned_communities (temporary), one row per community served on last_day at the latest
-- Rerun: once per transaction
--
-- Params:
--   last_day (date): day up to which everything is to be planned, inclusive
CREATE TEMPORARY TABLE planned_communities ON COMMIT DROP AS
SELECT
    c.community_code,
    c.live_from,
    c.calendar_code,
    c.per_day,
    c.join_by_day,
    c.rain_months,
    c.ventilation_months,
    c.head_role,
    c.spot_check_pct,
    c.spot_check_minimum,
    greatest(c.live_from, least(coalesce(p.planned_to + 1, c.live_from), CAST(:last_day AS date))) AS plan_from,
    coalesce(p.planned_to = CAST(:last_day AS date), FALSE) AS is_again
FROM inspected_communities AS c
LEFT JOIN inspection_progress AS p ON c.community_code = p.community_code
WHERE
    c.live_from <= CAST(:last_day AS date)
    AND coalesce(p.planned_to <= CAST(:last_day AS date), TRUE)
