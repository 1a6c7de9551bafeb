-- Names the case of an abnormal shared meter beside the exception of the runs that show it.
--
-- Reads: billing_runs, utility_pools
-- Writes: billing_exceptions, the case of each
-- Rerun: changes nothing
--
-- Params: none
UPDATE billing_exceptions AS e
SET case_code = u.case_code
FROM billing_runs AS r
CROSS JOIN utility_pools AS u
WHERE
    r.state = 'awaiting_approval'
    AND e.run_code = r.run_code
    AND e.kind IN ('abnormal_pool', 'negative_pool')
    AND u.meter_code = e.meter_code
    AND u.period = e.period
    AND u.case_code IS DISTINCT FROM e.case_code
