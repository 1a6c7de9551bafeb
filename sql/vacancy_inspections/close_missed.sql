-- What was not done in its time is missed: of the month when the month is over, of a weather event when its deadline's
-- day is over, a fit-out visit when its day is over, a spot check when the month it was drawn in is over (INS-02).
--
-- Reads: inspections, planned_communities (temporary)
-- Writes: inspections, one row per inspection missed
-- Rerun: the same state
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the run works at
--   day (date): day that is planned
--   month_start (date): first day of its month
UPDATE inspections AS i
SET
    state = 'missed',
    missed_at = CAST(:at AS timestamptz),
    run_id = :run_id
FROM planned_communities AS c
WHERE
    i.community_code = c.community_code
    AND c.plan_from <= CAST(:day AS date)
    AND i.state = 'planned'
    AND i.due_on < CAST(:day AS date)
    AND CASE
        WHEN i.plan IN ('rain', 'severe_weather')
            THEN CAST(i.deadline AT TIME ZONE 'Asia/Shanghai' AS date) < CAST(:day AS date)
        WHEN i.plan = 'fit_out' THEN TRUE
        ELSE i.due_on < CAST(:month_start AS date)
    END
