-- A visit planned for today that no stage of the fit-out calls for any more is cancelled.
--
-- Reads: inspections, fit_out_visits, planned_communities (temporary)
-- Writes: inspections, one row per visit cancelled
-- Rerun: the same state
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day that is planned
UPDATE inspections AS i
SET
    state = 'cancelled',
    cancelled_reason = 'fit_out_ended',
    run_id = :run_id
FROM planned_communities AS c
WHERE
    i.community_code = c.community_code
    AND c.plan_from <= CAST(:day AS date)
    AND i.plan = 'fit_out'
    AND i.due_on = CAST(:day AS date)
    AND i.state IN ('planned', 'not_entered')
    AND NOT EXISTS (
        SELECT 1
        FROM fit_out_visits AS v
        WHERE v.community_code = i.community_code AND v.unit_code = i.unit_code
    )
