-- Figures of callbacks by day: over all communities, or of one.
-- Reads: callback_days
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   first_day (date): first day, inclusive
--   last_day (date): last day, inclusive
--   scope (text): only this community, or prospects; null: all of them added up
SELECT
    d.work_date AS work_date,
    max(d.agents) AS agents,
    sum(d.capacity) AS capacity,
    sum(d.listed) AS listed,
    sum(d.carried_over) AS carried_over,
    sum(d.waiting) AS waiting,
    sum(d.attempted) AS attempted,
    sum(d.reached) AS reached,
    sum(d.refused) AS refused,
    sum(d.unreached) AS unreached,
    sum(d.satisfied) AS satisfied,
    sum(d.dissatisfied) AS dissatisfied,
    sum(d.missed) AS missed,
    sum(d.not_reported) AS not_reported
FROM callback_days AS d
WHERE
    d.work_date >= CAST(:first_day AS date)
    AND d.work_date <= CAST(:last_day AS date)
    AND (CAST(:scope AS text) IS NULL OR d.scope = :scope)
GROUP BY d.work_date
ORDER BY d.work_date DESC
